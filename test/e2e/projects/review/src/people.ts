import {
  BasicServerlessFunction,
  ClientBuilder,
  DatabaseLanguage,
  RelationalDatabase,
  UsesRelationalDatabase,
  UsesSecretManagerSecret,
} from 'nimbusc';

const MAIL = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mail-AbCd12';

@RelationalDatabase({
  name: 'people',
  username: 'app',
  password: '${PEOPLE_PASSWORD}',
  databaseLanguage: DatabaseLanguage.POSTGRESQL,
})
export class People {}

export class Accounts {
  private readonly people = ClientBuilder.getDatabaseClient(People);

  @BasicServerlessFunction()
  @UsesRelationalDatabase({ dataModel: People })
  async open(): Promise<void> {
    await (await this.people.getConnection()).end();
  }
}

export class Mailer {
  private readonly mail = ClientBuilder.getSecretClient(MAIL);

  @BasicServerlessFunction()
  @UsesSecretManagerSecret({ secretArn: MAIL })
  async user(): Promise<string> {
    return this.mail.getSecret();
  }
}
