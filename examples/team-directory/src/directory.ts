import {
  HttpApi,
  type HttpEvent,
  HttpException,
  HttpMethod,
  HttpResponse,
  HttpServerlessFunction,
  UsesRelationalDatabase,
} from 'nimbusc';
import { Door } from './door.js';
import type { Member } from './member.js';
import { Members } from './members.js';
import { TeamDatabase } from './team-database.js';

/** Who is in which team. */
@HttpApi({ authorizer: Door, authorizationHeader: 'X-Invitation' })
export class Directory {
  private readonly members = new Members();

  /** Editors add members. */
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'members' })
  @UsesRelationalDatabase({ dataModel: TeamDatabase })
  async join(member: Member, event: HttpEvent): Promise<HttpResponse> {
    if (event.authorizationContext['role'] !== 'editor') throw new HttpException(403, 'only editors add members');
    if (!(await this.members.add(member))) throw new HttpException(409, `${member.email} is a member already`);
    return new HttpResponse().withStatusCode(201);
  }

  /** `?team=kitchen` gives one team. */
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'members' })
  @UsesRelationalDatabase({ dataModel: TeamDatabase })
  list(event: HttpEvent): Promise<Member[]> {
    return this.members.list(event.queryStringParameters['team'] ?? null);
  }
}
