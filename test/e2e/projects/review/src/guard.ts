import {
  ClientBuilder,
  ExistingCognitoUserPool,
  HttpApi,
  type HttpAuthorization,
  type HttpAuthorizerEvent,
  UsesCognitoUserPool,
} from 'nimbusc';

@ExistingCognitoUserPool({ arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI' })
export class Members {}

export class Guard {
  private readonly members = ClientBuilder.getCognitoClient(Members);

  @UsesCognitoUserPool({ userPool: Members })
  async authorize(event: HttpAuthorizerEvent): Promise<HttpAuthorization> {
    const found = await this.members.searchUsers('name', event.authorizationToken);
    return found.length > 0;
  }
}

@HttpApi({ authorizer: Guard })
export class Doors {}
