// The only way to the SDK's client of Cognito's user pools. Bundles get this module ready-made: see pack.mjs.
import {
  AdminAddUserToGroupCommand,
  AdminRemoveUserFromGroupCommand,
  AdminUpdateUserAttributesCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  GetUserCommand,
  ListUsersCommand,
  type ListUsersCommandInput,
  ListUsersInGroupCommand,
  type ListUsersInGroupCommandInput,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientConfig } from './config.js';

export type { AttributeType, UserType };

/** A pool can be used from functions in other regions than its own. */
export function createClient(region: string) {
  const client = new CognitoIdentityProviderClient({
    ...clientConfig('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'),
    region,
  });
  return {
    getUser: (AccessToken: string) => client.send(new GetUserCommand({ AccessToken })),
    listUsers: (input: ListUsersCommandInput) => client.send(new ListUsersCommand(input)),
    listUsersInGroup: (input: ListUsersInGroupCommandInput) => client.send(new ListUsersInGroupCommand(input)),
    addToGroup: (UserPoolId: string, Username: string, GroupName: string) =>
      client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName })),
    removeFromGroup: (UserPoolId: string, Username: string, GroupName: string) =>
      client.send(new AdminRemoveUserFromGroupCommand({ UserPoolId, Username, GroupName })),
    updateAttributes: (UserPoolId: string, Username: string, UserAttributes: AttributeType[]) =>
      client.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username, UserAttributes })),
  };
}
