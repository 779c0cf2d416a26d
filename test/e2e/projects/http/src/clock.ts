import { CustomFactory, type CustomFactoryInterface, HttpServerlessFunction } from 'nimbusc';

export class ClockFactory implements CustomFactoryInterface<Clock> {
  async create(): Promise<Clock> {
    const made = await new Promise<string>((resolve) => setTimeout(resolve, 10, 'made by the factory'));
    return new Clock(made);
  }
}

@CustomFactory(ClockFactory)
export class Clock {
  private ticks = 0;

  constructor(private readonly how: string) {}

  @HttpServerlessFunction({ method: 'GET', path: 'clock' })
  tick(): { readonly how: string; readonly ticks: number } {
    return { how: this.how, ticks: ++this.ticks };
  }
}
