/** Relational databases: a server of a language for each class, and the client that connects to it. */
import type { ClassShape, EnvironmentVariable, NodeBase } from '../ir/graph.js';
import type { Span } from '../ir/span.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind, type RuntimeData } from './definition.js';
import { variableParts } from './environment-variable.js';
import { databaseCodes } from './relational-database-codes.js';
import { targetIdentity } from './store.js';
import { variableName } from './variable-name.js';

const LANGUAGES = ['MYSQL', 'POSTGRESQL', 'ORACLE', 'MARIADB', 'SQLSERVER'] as const;
export type DatabaseLanguageName = (typeof LANGUAGES)[number];

const SIZES = ['FREE', 'SMALL', 'MEDIUM', 'LARGE', 'XLARGE', 'MAXIMUM'] as const;
export type DatabaseSizeName = (typeof SIZES)[number];

/** Text, and names of variables of the deploying machine. */
export type Credential = EnvironmentVariable['value'];

export interface RelationalDatabaseNode extends NodeBase<'relational-database'> {
  readonly class: ClassShape;
  readonly databaseName: { readonly value: string; readonly span: Span };
  readonly username: { readonly value: Credential; readonly span: Span };
  readonly password: { readonly value: Credential; readonly span: Span };
  readonly language: DatabaseLanguageName;
  readonly size: { readonly value: DatabaseSizeName; readonly span: Span };
  /** The provider's own name of a machine, in the place of a size. */
  readonly instance: string | null;
  readonly storage: { readonly gigabytes: number; readonly span: Span };
}

/** The driver of each language, and the module of `runtime/databases` that knows it. */
const DRIVERS: {
  readonly [L in DatabaseLanguageName]: { readonly module: string; readonly from: string; readonly name: string };
} = {
  POSTGRESQL: { module: 'postgresql', from: 'pg', name: 'Client' },
  MYSQL: { module: 'mysql', from: 'mysql2/promise', name: 'createConnection' },
  MARIADB: { module: 'mysql', from: 'mysql2/promise', name: 'createConnection' },
  SQLSERVER: { module: 'sqlserver', from: 'mssql', name: 'ConnectionPool' },
  ORACLE: { module: 'oracle', from: 'oracledb', name: 'default' },
};

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

const declaresFields = {
  name: s.string({ maxLength: 60, pattern: NAME, what: 'a letter, then letters, digits, "-" and "_"' }),
  username: s.string({ nonEmpty: true }),
  password: s.string({ nonEmpty: true }),
  databaseLanguage: s.enum(LANGUAGES),
  databaseClass: s.enum(SIZES).default('FREE'),
  awsDatabaseInstance: s
    .string({ pattern: /^db\.[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+$/, what: 'a class of Amazon RDS such as db.r6g.large' })
    .optional(),
  allocatedSizeGB: s.int({ min: 1, unit: 'gigabytes' }).default(20),
  stages: s.stages(),
};

const idOf = (className: string): string => `relational-database:${className}`;

const declares = decorator({
  name: 'RelationalDatabase',
  role: 'declares',
  target: 'class',
  form: 'options',
  repeatable: true,
  fields: declaresFields,
  identity: () => '',

  declare(owner, decl, context) {
    const { name, username, password, databaseLanguage, databaseClass, awsDatabaseInstance, allocatedSizeGB } = decl.options;
    const report = context.sink.for(databaseCodes);
    const before = context.existing(idOf(owner.name));
    if (before !== null) {
      report.report('NIM6601', { database: owner.name }, decl.span, {
        related: [{ span: before.source, text: 'the first one is here' }],
        stages: [context.stage],
      });
      return;
    }
    const credential = ({ value, span }: { readonly value: string; readonly span: Span }) => ({
      value: variableParts(value),
      span,
    });
    const node: RelationalDatabaseNode = {
      kind: 'relational-database',
      id: idOf(owner.name),
      name: owner.name,
      source: decl.span,
      class: { name: owner.name, module: owner.file, local: owner.local, fields: [] },
      databaseName: name,
      username: credential(username),
      password: credential(password),
      language: databaseLanguage.value,
      size: databaseClass,
      instance: awsDatabaseInstance?.value ?? null,
      storage: { gigabytes: allocatedSizeGB.value, span: allocatedSizeGB.span },
    };
    if (node.password.value.every((part) => typeof part === 'string')) {
      report.report('NIM6602', { database: owner.name }, password.span, { stages: [context.stage] });
    }
    context.add(node);
  },
});

const usesFields = { dataModel: s.reference('a class marked @RelationalDatabase'), stages: s.stages() };

const operations = { connect: { summary: 'connect to a database', methods: ['getConnection'] } } as const;

export type DatabaseOperation = keyof typeof operations;

const uses = decorator({
  name: 'UsesRelationalDatabase',
  role: 'uses',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: usesFields,
  identity: (options) => targetIdentity(options.dataModel),

  use({ options, span, spec }, user, context) {
    const database = context.resource(options.dataModel, ['relational-database'], spec.name);
    if (database === null) return;
    const granted = { operations: Object.keys(operations), because: [span] };
    context.edge({ kind: 'uses', from: user.id, to: database.id, source: span, ...granted });
  },
});

const constant = <T extends string>(values: readonly T[]): { readonly [member: string]: string } =>
  Object.fromEntries(values.map((value) => [value, value]));

export const relationalDatabase: Kind = {
  name: 'relational-database',
  label: 'relational database',
  codes: databaseCodes,
  decorators: [declares, uses],
  constants: { DatabaseLanguage: constant(LANGUAGES), DatabaseSize: constant(SIZES) },
  exports: ['DatabaseClient', 'DatabaseConnection', 'RelationalDatabaseOptions', 'UsesRelationalDatabaseOptions'],
  operations,
  clients: { getDatabaseClient: { target: 0 } },
  permits: (target) => [{ option: 'dataModel', value: target.class ?? '' }],
  data: {
    'relational-database': (node) => {
      const { name, language } = node as RelationalDatabaseNode;
      // one of another class with the same name is found by that name
      return { called: name, isNamed: true, likeness: null, settled: { databaseLanguage: language } };
    },
  },
  describe: {
    'relational-database': (node) => {
      const {
        class: owner,
        databaseName,
        username,
        password,
        language,
        size,
        instance,
        storage,
      } = node as RelationalDatabaseNode;
      return {
        databaseName: databaseName.value,
        module: owner.module,
        username: credentialText(username.value),
        // a text that is no variable is a secret all the same
        password: password.value.every((part) => typeof part === 'string') ? null : credentialText(password.value),
        databaseLanguage: language,
        databaseClass: instance === null ? size.value : null,
        awsDatabaseInstance: instance,
        allocatedSizeGB: storage.gigabytes,
      };
    },
  },

  client(node) {
    const { name, class: owner, language, source } = node as RelationalDatabaseNode;
    const { module, from, name: driver } = DRIVERS[language];
    const variable = variableName('NIMBUS_DATABASE', name);
    const imported = (of: string, what: string): RuntimeData => ({ import: { from: of, name: what, because: name, source } });
    return {
      environment: [
        { name: variable, attribute: 'endpoint' },
        { name: `${variable}_SECRET`, attribute: 'secret' },
      ],
      target: owner,
      data: {
        name,
        database: initialDatabase(node as RelationalDatabaseNode),
        endpoint: variable,
        secret: `${variable}_SECRET`,
        language: imported(`nimbusc:database/${module}`, 'language'),
        driver: imported(from, driver),
      },
    };
  },
};

/** As the user wrote it. */
function credentialText(value: Credential): string {
  return value.map((part) => (typeof part === 'string' ? part : `\${${part.variable}}`)).join('');
}

/**
 * The database that connections lead to unless they name another: one called like the server, where a language has databases
 * that can be made with the server.
 */
export function initialDatabase({ databaseName, language }: RelationalDatabaseNode): string {
  if (language === 'SQLSERVER') return 'master';
  if (language === 'ORACLE') return 'ORCL';
  // upper case means lower case to some servers, and some allow no dashes
  return databaseName.value.toLowerCase().replaceAll('-', '_');
}
