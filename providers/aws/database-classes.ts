/** What each language is to Amazon RDS: its engine, its port, machines by size, and what it demands of credentials. */
import type { DatabaseLanguageName, DatabaseSizeName } from '../../compiler/kinds/relational-database.js';

export interface Engine {
  readonly engine: string;
  /** A stage that is deployed next year gets the same server; null: what Amazon RDS takes. */
  readonly version: string | null;
  readonly port: number;
  /** Where Amazon RDS knows more than one. */
  readonly license: string | null;
  readonly classes: { readonly [S in DatabaseSizeName]: string };
  /** Whether the smallest class is in AWS's free tier. */
  readonly free: boolean;
  /** Whether a database can be made together with the server. */
  readonly named: boolean;
  readonly username: { readonly max: number; readonly reserved: readonly string[] };
  readonly password: { readonly min: number; readonly max: number };
  readonly storage: { readonly min: number; readonly max: number };
}

// docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html
const GRAVITON = {
  FREE: 'db.t4g.micro',
  SMALL: 'db.t4g.small',
  MEDIUM: 'db.t4g.medium',
  LARGE: 'db.m6g.large',
  XLARGE: 'db.m6g.xlarge',
  MAXIMUM: 'db.m6g.16xlarge',
};
/** Editions without a licence to be bought run on few machines, and on none with Graviton. */
const EXPRESS = {
  FREE: 'db.t3.micro',
  SMALL: 'db.t3.small',
  MEDIUM: 'db.t3.medium',
  LARGE: 'db.t3.large',
  XLARGE: 'db.t3.xlarge',
  MAXIMUM: 'db.t3.xlarge',
};
const STANDARD_TWO = {
  FREE: 'db.t3.small',
  SMALL: 'db.t3.small',
  MEDIUM: 'db.t3.medium',
  LARGE: 'db.m5.large',
  XLARGE: 'db.m5.xlarge',
  MAXIMUM: 'db.m5.4xlarge',
};

// docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html: names and passwords
const MYSQL_LIKE = {
  ...{ port: 3306, license: null, classes: GRAVITON, free: true, named: true },
  username: { max: 16, reserved: ['rdsadmin'] },
  password: { min: 8, max: 41 },
  storage: { min: 20, max: 65_536 },
};

export const ENGINES: { readonly [L in DatabaseLanguageName]: Engine } = {
  MYSQL: { engine: 'mysql', version: '8.4', ...MYSQL_LIKE },
  MARIADB: { engine: 'mariadb', version: '11.4', ...MYSQL_LIKE },
  POSTGRESQL: {
    ...MYSQL_LIKE,
    ...{ engine: 'postgres', version: '17', port: 5432 },
    username: { max: 63, reserved: ['rdsadmin', 'admin'] },
    password: { min: 8, max: 128 },
  },
  SQLSERVER: {
    ...{ engine: 'sqlserver-ex', version: null, port: 1433, license: null, classes: EXPRESS, free: true, named: false },
    username: { max: 128, reserved: ['rdsadmin', 'sa'] },
    password: { min: 8, max: 128 },
    storage: { min: 20, max: 16_384 },
  },
  ORACLE: {
    ...{
      engine: 'oracle-se2',
      version: null,
      port: 1521,
      license: 'license-included',
      classes: STANDARD_TWO,
      free: false,
      named: true,
    },
    username: { max: 30, reserved: ['rdsadmin', 'sys', 'system'] },
    password: { min: 8, max: 30 },
    storage: { min: 20, max: 65_536 },
  },
};
