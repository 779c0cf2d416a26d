// The client of a user pool of the local cloud.
import type { CognitoClient } from '../../../runtime/kinds/cognito-user-pool.js';
import { bindRestricted, nextResource, remote } from './cloud-link.js';

export function register(owner: object, { name }: { readonly name: string }): void {
  const resource = nextResource();
  const client: CognitoClient = {
    getUser: remote(resource, 'getUser'),
    searchUsers: remote(resource, 'searchUsers'),
    listUsersInGroup: remote(resource, 'listUsersInGroup'),
    addUserToGroup: remote(resource, 'addUserToGroup'),
    removeUserFromGroup: remote(resource, 'removeUserFromGroup'),
    updateUserAttributes: remote(resource, 'updateUserAttributes'),
  };
  bindRestricted('cognito-user-pool', owner, client, resource, name);
}
