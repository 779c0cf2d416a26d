// The client of user pools on Cognito.
import { bind } from '../../../runtime/core/binding.js';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import type { CognitoClient, CognitoUser } from '../../../runtime/kinds/cognito-user-pool.js';
import { mapError } from './errors.js';
import { type AttributeType, createClient, type UserType } from './sdk/cognito-identity-provider.js';

export interface UserPoolData {
  /** What messages call it. */
  readonly name: string;
  /** The environment variable that holds its ARN. */
  readonly pool: string;
}

/** What Cognito says of a token that is none, has expired or was revoked, or whose user is gone. */
const NOBODY = new Set(['NotAuthorizedException', 'UserNotFoundException', 'InvalidParameterException']);

export function register(owner: object, data: UserPoolData): void {
  let made: { readonly cognito: ReturnType<typeof createClient>; readonly id: string } | undefined;
  const pool = (): NonNullable<typeof made> => {
    if (made !== undefined) return made;
    const [, , , region, , resource] = (process.env[data.pool] ?? '').split(':');
    if (!region || !resource) throw new NonRetryableException(`the environment variable ${data.pool} holds no ARN`);
    return (made = { cognito: createClient(region), id: resource.slice(resource.indexOf('/') + 1) });
  };
  const attempt = async <T>(what: string, act: (it: NonNullable<typeof made>) => Promise<T>): Promise<T> => {
    try {
      return await act(pool());
    } catch (error) {
      throw mapError(error, `${what} ${data.name}`);
    }
  };

  const client: CognitoClient = {
    getUser: (token) =>
      attempt('get a user of', async ({ cognito, id }) => {
        // Cognito answers for tokens of all pools, so anybody with a pool of his own could be anybody here.
        if (poolOf(token) !== id) return null;
        try {
          const { Username, UserAttributes } = await cognito.getUser(token);
          return userOf({ Username, Attributes: UserAttributes });
        } catch (error) {
          if (NOBODY.has((error as Error).name)) return null;
          throw error;
        }
      }),
    searchUsers: (attribute, value, type = 'EXACT') =>
      attempt('search the users of', ({ cognito, id: UserPoolId }) => {
        const Filter = `${attribute} ${type === 'PREFIX' ? '^=' : '='} "${value.replace(/["\\]/g, '\\$&')}"`;
        return all(async (PaginationToken) => {
          const page = await cognito.listUsers({ UserPoolId, Filter, PaginationToken });
          return { users: page.Users, next: page.PaginationToken };
        });
      }),
    listUsersInGroup: (GroupName) =>
      attempt(`list the group ${GroupName} of`, ({ cognito, id: UserPoolId }) =>
        all(async (NextToken) => {
          const page = await cognito.listUsersInGroup({ UserPoolId, GroupName, NextToken });
          return { users: page.Users, next: page.NextToken };
        }),
      ),
    addUserToGroup: (username, group) =>
      attempt(`add ${username} to the group ${group} of`, async ({ cognito, id }) => {
        await cognito.addToGroup(id, username, group);
      }),
    removeUserFromGroup: (username, group) =>
      attempt(`remove ${username} from the group ${group} of`, async ({ cognito, id }) => {
        await cognito.removeFromGroup(id, username, group);
      }),
    updateUserAttributes: (username, attributes) =>
      attempt(`update the attributes of ${username} in`, async ({ cognito, id }) => {
        await cognito.updateAttributes(
          id,
          username,
          Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        );
      }),
  };
  bind('cognito-user-pool', owner, client, data.name);
}

/** The pool that an access token says it is from; Cognito then says whether that is true. */
function poolOf(token: string): string | undefined {
  try {
    const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { iss?: unknown };
    return String(iss).split('/').at(-1);
  } catch {
    return undefined;
  }
}

async function all(
  page: (token: string | undefined) => Promise<{ users: UserType[] | undefined; next: string | undefined }>,
): Promise<CognitoUser[]> {
  const found: CognitoUser[] = [];
  let token: string | undefined;
  do {
    const { users = [], next } = await page(token);
    found.push(...users.map(userOf));
    token = next;
  } while (token);
  return found;
}

function userOf({
  Username = '',
  Attributes = [],
}: {
  Username?: string | undefined;
  Attributes?: AttributeType[] | undefined;
}): CognitoUser {
  return {
    username: Username,
    attributes: Object.fromEntries(Attributes.map(({ Name = '', Value = '' }) => [Name, Value])),
  };
}
