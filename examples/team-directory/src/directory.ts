import {
  ClientBuilder,
  type HttpEvent,
  HttpException,
  HttpMethod,
  HttpResponse,
  HttpServerlessFunction,
  UsesRelationalDatabase,
  UsesSecretManagerSecret,
} from 'nimbusc';
import type { Member } from './member.js';
import { Members } from './members.js';
import { INVITATION } from './secrets.js';
import { TeamDatabase } from './team-database.js';

/** Who is in which team. */
export class Directory {
  private readonly members = new Members();
  private readonly invitation = ClientBuilder.getSecretClient(INVITATION);

  /** Who has the invitation code joins. */
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'members' })
  @UsesRelationalDatabase({ dataModel: TeamDatabase })
  @UsesSecretManagerSecret({ secretArn: INVITATION })
  async join(member: Member, event: HttpEvent): Promise<HttpResponse> {
    const { code } = await this.invitation.getSecretJson<{ code: string }>();
    if (event.headers['x-invitation'] !== code) throw new HttpException(403, 'the invitation code is another one');
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
