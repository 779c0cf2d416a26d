/** NIM3080 to NIM3089: limits of Amazon RDS, and of functions in a private network. */
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import { page } from '../../../compiler/diagnostics/page.js';

export const databaseCodes = defineCodes({
  NIM3080: code<{ database: string; language: string; what: string; problem: string }>({
    slug: 'aws-database-credentials',
    severity: 'error',
    message: ({ database, language, what, problem }) => `the ${what} of ${database} ${problem} (Amazon RDS, ${language})`,
    hint: ({ what }) => `choose another ${what}`,
    explain: page({
      what: 'Amazon RDS would refuse the name, the user or the password of a database.',
      why: `
        The rules are those of the language: users have at most 16 characters (MySQL, MariaDB), 30 (Oracle), 63 (PostgreSQL) or
        128 (SQL Server), passwords 8 to 41 (MySQL, MariaDB), 30 (Oracle) or 128 (the others), and some names are taken. What
        comes from the deploying machine (\${NAME}) cannot be checked
        (docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html).`,
      bad: `
        @RelationalDatabase({ name: 'team', username: 'admin', password: '\${TEAM_PASSWORD}', databaseLanguage: 'POSTGRESQL' })
        export class TeamDatabase {}`,
      good: `
        @RelationalDatabase({ name: 'team', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'POSTGRESQL' })
        export class TeamDatabase {}`,
    }),
  }),
  NIM3081: code<{ database: string; language: string; gigabytes: number; min: number; max: number }>({
    slug: 'aws-database-storage',
    severity: 'error',
    message: ({ database, language, gigabytes, min, max }) =>
      `${database} asks for ${gigabytes} GB, and Amazon RDS gives ${language} ${min} to ${max} GB`,
    hint: ({ min }) => `leave allocatedSizeGB out, which means ${min}, or choose a size in between`,
    explain: page({
      what: 'The storage of a database is smaller or larger than Amazon RDS allows.',
      why: `
        General purpose storage (gp3) begins at 20 GB. It ends at 65,536 GB, and at 16,384 GB for SQL Server
        (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html).`,
      bad: `
        @RelationalDatabase({
          name: 'team', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'POSTGRESQL', allocatedSizeGB: 5,
        })
        export class TeamDatabase {}`,
      good: `
        @RelationalDatabase({
          name: 'team', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'POSTGRESQL', allocatedSizeGB: 50,
        })
        export class TeamDatabase {}`,
    }),
  }),
  NIM3082: code<{ database: string; language: string; instance: string }>({
    slug: 'aws-database-not-free',
    severity: 'warning',
    message: ({ database, language, instance }) =>
      `${database} has the class FREE, but AWS's free tier does not have ${language}: it gets a ${instance}, paid by the hour with its licence`,
    hint: () => 'say databaseClass: DatabaseSize.SMALL to show that this is meant, or use another language',
    explain: page({
      what: 'A database that is asked for as free costs money.',
      why: "AWS's free tier has the smallest machines of MySQL, MariaDB, PostgreSQL and SQL Server Express. Oracle has a licence.",
      bad: `
        @RelationalDatabase({ name: 'team', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'ORACLE' })
        export class TeamDatabase {}`,
      good: `
        @RelationalDatabase({
          name: 'team', username: 'app', password: '\${TEAM_PASSWORD}', databaseLanguage: 'ORACLE', databaseClass: 'SMALL',
        })
        export class TeamDatabase {}`,
    }),
  }),
  NIM3083: code<{ fn: string; databases: number; limit: number }>({
    slug: 'aws-function-databases',
    severity: 'error',
    message: ({ fn, databases, limit }) =>
      `${fn} uses ${databases} relational databases, and a Lambda function can reach ${limit}`,
    hint: () => 'split the function, or keep what belongs together in one database',
    explain: page({
      what: 'A function uses more databases than it can have security groups.',
      why: `
        Each database lets the members of one security group in, and a function can be a member of five
        (docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html).`,
      bad: `
        export class Report {
          @BasicServerlessFunction()
          @UsesRelationalDatabase({ dataModel: TeamDatabase })
          // ... and five more
          all(): void {}
        }`,
      good: `
        export class Report {
          @BasicServerlessFunction()
          @UsesRelationalDatabase({ dataModel: TeamDatabase })
          team(): void {}
        }`,
    }),
  }),
  NIM3084: code<{ fn: string }>({
    slug: 'aws-network-without-websockets',
    severity: 'warning',
    message: ({ fn }) =>
      `${fn} uses a relational database, so it runs in a private network, from where WebSocket connections cannot be reached`,
    hint: () => 'let another function send the message, which this one calls with invokeAsync or tells through a queue',
    explain: page({
      what: 'A function uses a relational database and sends to WebSocket connections.',
      why: `
        Functions that use a database run in its network, from which no way leads to the internet. Services of AWS are reached
        through endpoints in the network, but messages to connections go to the WebSocket API itself, and an endpoint for
        execute-api leads to private REST APIs only. The call would wait until the function's time is up.`,
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'message' })
          @UsesRelationalDatabase({ dataModel: TeamDatabase })
          @UsesServerlessFunctionWebSocketClient()
          onMessage(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'message' })
          @UsesRelationalDatabase({ dataModel: TeamDatabase })
          @UsesBasicServerlessFunction({ targetClass: Chat, methodName: 'send' })
          onMessage(): void {}

          @BasicServerlessFunction()
          @UsesServerlessFunctionWebSocketClient()
          send(text: string): void {}
        }`,
    }),
  }),
});
