import { BasicServerlessFunction, CustomFactory, type CustomFactoryInterface, ForceDependency } from 'nimbusc';

export class GreeterFactory implements CustomFactoryInterface<Greeter> {
  create(): Greeter {
    return new Greeter('hello');
  }
}

@CustomFactory(GreeterFactory)
export class Greeter {
  constructor(private readonly greeting: string) {}

  @BasicServerlessFunction()
  greet(): string {
    return this.greeting;
  }
}

export class LateGreeterFactory implements CustomFactoryInterface<LateGreeter> {
  async create(): Promise<LateGreeter> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return new LateGreeter('hello at last');
  }
}

@CustomFactory(LateGreeterFactory)
export class LateGreeter {
  constructor(private readonly greeting: string) {}

  @BasicServerlessFunction()
  greet(): string {
    return this.greeting;
  }
}

export class Plugins {
  /** Which package it will be is not known before. */
  @BasicServerlessFunction()
  @ForceDependency('red', '@e2e/green')
  async paint(color: string): Promise<string[]> {
    const imported = (await import(color)) as { name: string };
    return [imported.name, (require(color) as { name: string }).name];
  }
}
