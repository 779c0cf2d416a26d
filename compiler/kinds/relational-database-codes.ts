/** NIM66xx: relational databases. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';

export const databaseCodes = defineCodes({
  NIM6601: code<{ database: string }>({
    slug: 'database-declared-twice-in-stage',
    severity: 'error',
    message: ({ database }) => `${database} is declared as a relational database twice for the same stage`,
    hint: () => 'keep one of the decorators, or give them different stages',
    explain: page({
      what: 'A class is declared as a relational database twice for one stage.',
      why: `
        A class is one database per stage. A decorator that names the stage wins over one without "stages"; two that both
        name it contradict each other.`,
      bad: `
        @RelationalDatabase({ name: 'team', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'MYSQL', stages: ['dev'] })
        @RelationalDatabase({ name: 'staff', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'MYSQL', stages: ['dev'] })
        export class TeamDatabase {}`,
      good: `
        @RelationalDatabase({ name: 'team', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'MYSQL', stages: ['dev'] })
        @RelationalDatabase({ name: 'staff', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'MYSQL', stages: ['prod'] })
        export class TeamDatabase {}`,
    }),
  }),
  NIM6602: code<{ database: string }>({
    slug: 'database-password-in-source',
    severity: 'warning',
    message: ({ database }) => `the password of ${database} is written in the source`,
    hint: () => "write password: '${NAME}', and give the password as TF_VAR_NAME when deploying",
    explain: page({
      what: 'The password of a database is a text in the source.',
      why: `
        Whoever sees the source or the generated module knows the password, also later: both are kept. \${NAME} stands for the
        value of NAME on the machine that deploys, which no generated file holds.`,
      bad: `
        @RelationalDatabase({ name: 'team', username: 'app', password: 'correct-horse', databaseLanguage: 'POSTGRESQL' })
        export class TeamDatabase {}`,
      good: `
        @RelationalDatabase({ name: 'team', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'POSTGRESQL' })
        export class TeamDatabase {}`,
    }),
  }),
});
