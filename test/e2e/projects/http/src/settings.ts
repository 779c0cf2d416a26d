import { ClientBuilder, EnvironmentVariable, getStage, HttpServerlessFunction, isLocal } from 'nimbusc';

const environment = ClientBuilder.getEnvironmentVariableClient();

export class Settings {
  @HttpServerlessFunction({ method: 'GET', path: 'settings' })
  @EnvironmentVariable({ key: 'GREETING', value: 'hello ${' })
  @EnvironmentVariable({ key: 'DATABASE', value: 'db://user:${E2E_SECRET}@host/${E2E_NAME}' })
  @EnvironmentVariable({ key: 'ONLY_PROD', value: 'never', stages: ['prod'] })
  async show() {
    return {
      greeting: await environment.get('GREETING'),
      database: await environment.get('DATABASE'),
      databaseOfProcess: process.env['DATABASE'],
      onlyProd: await environment.get('ONLY_PROD'),
      region: await environment.get('AWS_REGION'),
      contains: [await environment.containsKey('GREETING'), await environment.containsKey('PATH')],
      stage: getStage(),
      isLocal: isLocal(),
    };
  }

  /** The same class, but not the same variables. */
  @HttpServerlessFunction({ method: 'GET', path: 'settings/none' })
  async none(): Promise<(string | null | undefined)[]> {
    return [await environment.get('DATABASE'), process.env['DATABASE'] ?? null];
  }
}
