/** User pools that exist already: nothing is made, and functions may do what they use on exactly that pool. */
import type { CognitoUserPoolNode, UserPoolOperation } from '../../../compiler/kinds/cognito-user-pool.js';
import type { Grant, KindLowering } from '../lowering.js';
import { classId } from '../names.js';

const on = (action: string): readonly Grant[] => [{ actions: [`cognito-idp:${action}`], on: 'pool' }];

const actions: { readonly [O in UserPoolOperation]: readonly Grant[] } = {
  // The token is what allows it; no policy is asked: docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html
  getUser: [],
  searchUsers: on('ListUsers'),
  listUsersInGroup: on('ListUsersInGroup'),
  addUserToGroup: on('AdminAddUserToGroup'),
  removeUserFromGroup: on('AdminRemoveUserFromGroup'),
  updateUserAttributes: on('AdminUpdateUserAttributes'),
};

export const cognitoUserPool: KindLowering<CognitoUserPoolNode> = {
  actions,
  nameRule: null,
  hasClient: true,
  address: () => null,
  names: (node) => ({ logicalId: classId(node.name), physicalName: null }),
  arn: ({ node }) => [node.arn],
  attribute({ node }, attribute) {
    if (attribute !== 'arn') throw new Error(`a user pool has no attribute ${attribute}`);
    return [node.arn];
  },
  fragments: () => [],
};
