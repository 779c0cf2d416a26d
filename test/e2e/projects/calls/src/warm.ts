import { BasicServerlessFunction, HttpServerlessFunction, KeepWarm, NotificationServerlessFunction } from 'nimbusc';

export class Warm {
  @HttpServerlessFunction({ method: 'GET', path: 'warm' })
  @KeepWarm()
  page(): string {
    console.log('the method was called');
    return 'warm';
  }

  @NotificationServerlessFunction({ topic: 'alarms' })
  @KeepWarm()
  listen(): void {
    console.log('the method was called');
  }

  @BasicServerlessFunction({ cron: 'rate(1 day)' })
  @KeepWarm({ stages: ['dev'] })
  daily(): void {
    console.log('the method was called');
  }

  @BasicServerlessFunction({ cron: 'cron(0 6 * * ? *)' })
  @BasicServerlessFunction({ cron: 'cron(0 18 * * ? *)' })
  twice(): void {}
}
