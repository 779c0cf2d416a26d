import { DatabaseLanguage, DatabaseSize, RelationalDatabase } from 'nimbusc';

const TEAM = {
  name: 'team-directory',
  username: 'directory',
  password: '${TEAM_DATABASE_PASSWORD}',
  databaseLanguage: DatabaseLanguage.POSTGRESQL,
} as const;

/** Small and free in stage dev, with room in stage prod. */
@RelationalDatabase({ ...TEAM, stages: ['dev'] })
@RelationalDatabase({ ...TEAM, databaseClass: DatabaseSize.MEDIUM, allocatedSizeGB: 100, stages: ['prod'] })
export class TeamDatabase {}
