// A user pool in memory, with the users and groups that tests put there, and access tokens for them.
import { randomUUID } from 'node:crypto';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import type { CognitoClient, CognitoUser } from '../../../runtime/kinds/cognito-user-pool.js';
import type { Section } from '../data/data-folder.js';
import type { Node, Surroundings } from './service.js';

/** What tests may do with a pool. */
export interface LocalUserPool {
  addUser(username: string, attributes?: Readonly<Record<string, string>>): void;
  /** A user can only be added to a group that there is. */
  addGroup(group: string): void;
  /** An access token as Cognito makes them, but for its signature. It is valid for an hour. */
  accessTokenOf(username: string): string;
  revokeToken(token: string): void;
  readonly users: readonly CognitoUser[];
  groupsOf(username: string): readonly string[];
}

/** The default of a client of Cognito's. */
const TOKEN_SECONDS = 3_600;

/** Attributes that Cognito searches by under another name. */
const STATUS = ['cognito:user_status', 'status'];

interface Token {
  readonly username: string;
  readonly until: number;
}

export class LocalUserPoolService {
  private readonly users = new Map<string, Record<string, string>>();
  private readonly groups = new Map<string, Set<string>>();
  private readonly tokens = new Map<string, Token>();

  constructor(
    private node: Node,
    private readonly around: Surroundings,
    /** What keeps users and groups; null: nothing does. Tokens end with the process. */
    private readonly kept: Section | null = null,
  ) {
    for (const [key, value] of kept?.entries ?? []) {
      if (key.startsWith('user ')) this.users.set(key.slice('user '.length), { ...(value as Record<string, string>) });
      if (key.startsWith('group ')) this.groups.set(key.slice('group '.length), new Set(value as string[]));
    }
  }

  /** Goes on with other settings. */
  update(node: Node): void {
    this.node = node;
  }

  forTests(): LocalUserPool {
    const { users } = this;
    const all = (): CognitoUser[] => this.all();
    return {
      addUser: (username, attributes = {}) => {
        if (users.has(username)) throw new Error(`there is a user ${username} in ${this.node.name} already`);
        users.set(username, { sub: randomUUID(), ...attributes });
        this.keepUser(username);
      },
      addGroup: (group) => {
        this.groups.set(group, this.groups.get(group) ?? new Set());
        this.keepGroup(group);
      },
      accessTokenOf: (username) => this.token(username),
      revokeToken: (token) => void this.tokens.delete(token),
      get users() {
        return all();
      },
      groupsOf: (username) => this.groupsOf(username),
    };
  }

  client(): CognitoClient {
    return {
      getUser: async (token) => {
        const { username, until } = this.tokens.get(token) ?? { username: '', until: 0 };
        const attributes = until > this.around.activity.now() ? this.users.get(username) : undefined;
        return attributes === undefined ? null : { username, attributes: { ...attributes } };
      },
      searchUsers: async (attribute, value, type = 'EXACT') =>
        this.all().filter((user) => {
          const own = attribute === 'username' ? user.username : user.attributes[attribute];
          // Users of tests have confirmed themselves, and are enabled.
          const found = STATUS.includes(attribute) ? (attribute === 'status' ? 'Enabled' : 'CONFIRMED') : own;
          return type === 'PREFIX' ? found?.startsWith(value) === true : found === value;
        }),
      listUsersInGroup: async (group) => {
        const members = this.group(group, `list the group ${group} of`);
        return this.all().filter(({ username }) => members.has(username));
      },
      addUserToGroup: async (username, group) => {
        const what = `add ${username} to the group ${group} of`;
        this.user(username, what);
        this.group(group, what).add(username);
        this.keepGroup(group);
        await this.kept?.durable();
      },
      removeUserFromGroup: async (username, group) => {
        const what = `remove ${username} from the group ${group} of`;
        this.user(username, what);
        this.group(group, what).delete(username);
        this.keepGroup(group);
        await this.kept?.durable();
      },
      updateUserAttributes: async (username, attributes) => {
        Object.assign(this.user(username, `update the attributes of ${username} in`), attributes);
        this.keepUser(username);
        await this.kept?.durable();
      },
    };
  }

  // Copies: what is kept must not change before it is written.

  private keepUser(username: string): void {
    this.kept?.set(`user ${username}`, { ...this.users.get(username) });
  }

  private keepGroup(group: string): void {
    this.kept?.set(`group ${group}`, [...(this.groups.get(group) ?? [])]);
  }

  private all(): CognitoUser[] {
    return [...this.users].map(([username, attributes]) => ({ username, attributes: { ...attributes } }));
  }

  private groupsOf(username: string): string[] {
    return [...this.groups].flatMap(([group, members]) => (members.has(username) ? [group] : [])).sort();
  }

  private user(username: string, what: string): Record<string, string> {
    const found = this.users.get(username);
    if (found !== undefined) return found;
    throw new NonRetryableException(`${what} ${this.node.name}: User does not exist.`);
  }

  private group(group: string, what: string): Set<string> {
    const found = this.groups.get(group);
    if (found !== undefined) return found;
    throw new NonRetryableException(`${what} ${this.node.name}: Group not found.`);
  }

  /** docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
  private token(username: string): string {
    const { sub } = this.user(username, `make a token of ${username} for`);
    const [, , , region = ''] = (this.node.options['arn'] as string).split(':');
    const now = this.around.activity.now();
    const until = now + TOKEN_SECONDS * 1000;
    const groups = this.groupsOf(username);
    const claims = {
      sub,
      ...(groups.length === 0 ? {} : { 'cognito:groups': groups }),
      iss: `https://cognito-idp.${region}.amazonaws.com/${this.node.options['userPoolId']}`,
      client_id: 'local',
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      iat: Math.floor(now / 1000),
      exp: Math.floor(until / 1000),
      jti: randomUUID(),
      username,
    };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256', kid: 'local' })}.${part(claims)}.${Buffer.from(randomUUID()).toString('base64url')}`;
    this.tokens.set(token, { username, until });
    return token;
  }
}
