import { AfterDeployment, UsesRelationalDatabase } from 'nimbusc';
import { Members } from './members.js';
import { TeamDatabase } from './team-database.js';

/** Makes the table in a new database. */
export class Setup {
  private readonly members = new Members();

  /** Gives the number of members. */
  @AfterDeployment()
  @UsesRelationalDatabase({ dataModel: TeamDatabase })
  async createTable(): Promise<number> {
    await this.members.createTable();
    return (await this.members.list(null)).length;
  }
}
