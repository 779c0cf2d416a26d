// User pools of Cognito that exist already, and the client that asks and changes them.
import { lazyClient } from '../core/binding.js';
import { type ClassDecoratorOf, type Constructor, type HandlerDecorator, noop } from '../core/decorator.js';
import type { StagesOption } from '../core/function-options.js';

export interface ExistingCognitoUserPoolOptions extends StagesOption {
  /** `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI` */
  arn: string;
  /** The end of the ARN, which need not be said again. */
  userPoolId?: string;
}

/** Makes nothing: the class stands for a user pool that exists already. */
export function ExistingCognitoUserPool(_options: ExistingCognitoUserPoolOptions): ClassDecoratorOf {
  return noop;
}

export interface UsesCognitoUserPoolOptions extends StagesOption {
  userPool: Constructor;
}

/** Allows the function to ask the user pool through `ClientBuilder.getCognitoClient`. */
export function UsesCognitoUserPool(_options: UsesCognitoUserPoolOptions): HandlerDecorator {
  return noop;
}

/** Allows the function to ask the user pool, and to change its users and groups. */
export function UsesCognitoUserPoolAsAdmin(_options: UsesCognitoUserPoolOptions): HandlerDecorator {
  return noop;
}

export interface CognitoUser {
  readonly username: string;
  /** By name: `sub`, `email`, `custom:team`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What users can be searched by; Cognito can search by no other attribute. */
export type CognitoSearchAttribute =
  | 'username'
  | 'email'
  | 'phone_number'
  | 'name'
  | 'given_name'
  | 'family_name'
  | 'preferred_username'
  | 'cognito:user_status'
  | 'status'
  | 'sub';

export const CognitoSearchType = {
  /** The attribute is the value. */
  EXACT: 'EXACT',
  /** The attribute begins with the value. */
  PREFIX: 'PREFIX',
} as const;
export type CognitoSearchType = (typeof CognitoSearchType)[keyof typeof CognitoSearchType];

/**
 * Every operation rejects with a RetryableException when Cognito is out of reach or slow (after the SDK's own retries), a
 * PermissionException when it may not be used, and a NonRetryableException for what Cognito refuses.
 */
export interface CognitoClient {
  /** Whose access token it is. Null when it is none of this pool, no longer valid, or revoked. */
  getUser(accessToken: string): Promise<CognitoUser | null>;
  /** All users whose attribute is the value, or begins with it. */
  searchUsers(attribute: CognitoSearchAttribute, value: string, type?: CognitoSearchType): Promise<CognitoUser[]>;
  /** All of them. */
  listUsersInGroup(group: string): Promise<CognitoUser[]>;
  /** For `@UsesCognitoUserPoolAsAdmin`, as are those below. */
  addUserToGroup(username: string, group: string): Promise<void>;
  removeUserFromGroup(username: string, group: string): Promise<void>;
  /** Attributes that are not named stay as they are. */
  updateUserAttributes(username: string, attributes: Readonly<Record<string, string>>): Promise<void>;
}

/** A client for a user pool, which needs `@UsesCognitoUserPool` or `@UsesCognitoUserPoolAsAdmin` on every handler that can reach its use. */
export function getCognitoClient(userPool: Constructor): CognitoClient {
  return lazyClient<CognitoClient>(
    'cognito-user-pool',
    userPool,
    ['getUser', 'searchUsers', 'listUsersInGroup', 'addUserToGroup', 'removeUserFromGroup', 'updateUserAttributes'],
    (name) => `@UsesCognitoUserPool({ userPool: ${name || '...'} })`,
  );
}
