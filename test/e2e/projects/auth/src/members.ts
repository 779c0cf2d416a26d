import {
  ClientBuilder,
  type CognitoUser,
  ExistingCognitoUserPool,
  type HttpEvent,
  HttpServerlessFunction,
  UsesCognitoUserPool,
  UsesCognitoUserPoolAsAdmin,
} from 'nimbusc';

// The test puts the pool that it has made here.
@ExistingCognitoUserPool({ arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Placeholder' })
export class Members {}

const byName = (users: readonly CognitoUser[]): string[] => users.map(({ username }) => username).sort();

export class Directory {
  private readonly members = ClientBuilder.getCognitoClient(Members);

  @HttpServerlessFunction({ method: 'POST', path: 'search' })
  @UsesCognitoUserPool({ userPool: Members })
  async search({
    attribute,
    value,
    type,
  }: {
    attribute: 'email' | 'name';
    value: string;
    type?: 'EXACT' | 'PREFIX';
  }): Promise<string[]> {
    return byName(await this.members.searchUsers(attribute, value, type));
  }

  @HttpServerlessFunction({ method: 'GET', path: 'groups/{group}' })
  @UsesCognitoUserPool({ userPool: Members })
  async group(event: HttpEvent): Promise<string[]> {
    return byName(await this.members.listUsersInGroup(event.pathParameters['group'] ?? ''));
  }

  @HttpServerlessFunction({ method: 'POST', path: 'admin' })
  @UsesCognitoUserPoolAsAdmin({ userPool: Members })
  async admin({ user, group }: { user: string; group: string }): Promise<object> {
    const steps: Record<string, unknown> = {};
    await this.members.addUserToGroup(user, group);
    steps['added'] = byName(await this.members.listUsersInGroup(group));
    await this.members.removeUserFromGroup(user, group);
    steps['removed'] = byName(await this.members.listUsersInGroup(group));
    await this.members.updateUserAttributes(user, { name: 'Renamed "R"', 'custom:team': 'blue' });
    const [found] = await this.members.searchUsers('email', `${user}@example.com`);
    steps['updated'] = found?.attributes;
    steps['missing'] = await this.members.addUserToGroup(user, 'nowhere').catch((error: Error) => error.name);
    return steps;
  }

  @HttpServerlessFunction({ method: 'POST', path: 'not-admin' })
  @UsesCognitoUserPool({ userPool: Members })
  async notAdmin(user: string): Promise<string> {
    // Not followed by the compiler, which would refuse it.
    const builder = Reflect.get({ ClientBuilder }, 'ClientBuilder');
    return builder
      .getCognitoClient(Members)
      .addUserToGroup(user, 'staff')
      .then(
        () => 'allowed',
        (error: Error) => error.name,
      );
  }
}
