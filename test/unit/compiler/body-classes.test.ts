import { expect } from 'chai';
import { tempProject } from '../../support/temp-project.js';

const PACKAGE = {
  'node_modules/money/package.json':
    '{ "name": "money", "version": "1.0.0", "type": "module", "main": "index.js", "types": "index.d.ts" }',
};
const DECLARED = {
  'node_modules/money/index.d.ts': 'export declare class Money { readonly amount: bigint; plus(other: Money): Money }',
};

/** Where the class of a body may come from; a bundle must be able to import it, or do without. */
const SOURCES: Readonly<Record<string, { readonly before: string; readonly files?: Readonly<Record<string, string>> }>> = {
  'the file itself, exported': { before: 'export class Money { amount!: bigint }' },
  'the file itself, not exported': { before: 'class Money { amount!: bigint }' },
  'the file itself, only declared': { before: 'declare class Money { amount: bigint }' },
  'the file itself, as an expression': {
    before: 'const Money = class { amount!: bigint }; type Money = InstanceType<typeof Money>;',
  },
  'a namespace': { before: 'namespace Vault { export class Money { amount!: bigint } } import Money = Vault.Money;' },
  'another file': {
    before: "import { Money } from './money.js';",
    files: { 'src/money.ts': 'export class Money { amount!: bigint }' },
  },
  'another file, hidden in an interface': {
    before: "import type { Account as Money } from './money.js';",
    files: { 'src/money.ts': 'class Money { amount!: bigint } export interface Account { balance: Money }' },
  },
  'the default export of another file': {
    before: "import Money from './money.js';",
    files: { 'src/money.ts': 'export default class Coins { amount!: bigint }' },
  },
  'a default export without a name': {
    before: "import Money from './money.js';",
    files: { 'src/money.ts': 'export default class { amount!: bigint }' },
  },
  'a CommonJS file': {
    before: "import Money from './money.cjs';",
    files: { 'src/money.cts': 'class Money { amount!: bigint } export = Money;' },
  },
  'a CommonJS file that exports it by name': {
    before: "import { Money } from './money.cjs';",
    files: { 'src/money.cts': 'export class Money { amount!: bigint }' },
  },
  'a file outside of the sources, as a type': {
    before: "import type { Money } from '../lib/money.js';",
    files: { 'lib/money.ts': 'class Money { amount!: bigint } export { Money };' },
  },
  'a script': { before: "import './money.js';", files: { 'src/money.ts': 'class Money { amount!: bigint }' } },
  'a declaration file': {
    before: "import type { Money } from './money.js';",
    files: { 'src/money.d.ts': 'export declare class Money { amount: bigint }' },
  },
  'a package': {
    before: "import { Money } from 'money';",
    files: { ...PACKAGE, ...DECLARED, 'node_modules/money/index.js': 'export class Money {}' },
  },
  'a package, as a type': {
    before: "import type { Money } from 'money';",
    files: { ...PACKAGE, ...DECLARED, 'node_modules/money/index.js': '' },
  },
  'a package of types only': {
    before: "import type { Money } from 'money';",
    files: {
      'node_modules/@types/money/package.json': '{ "name": "@types/money", "version": "1.0.0", "types": "index.d.ts" }',
      'node_modules/@types/money/index.d.ts': 'export declare class Money { amount: bigint }',
    },
  },
};

describe('a function whose body is a class', function () {
  this.timeout(30_000);

  for (const [where, { before, files }] of Object.entries(SOURCES)) {
    it(`can be bundled when the class is from ${where}`, async () => {
      const handler = `import { HttpServerlessFunction } from 'nimbusc';
${before}
export class Bank {
  @HttpServerlessFunction({ method: 'POST', path: 'pay' })
  pay(money: Money): string { return String(money); }
}`;
      const project = tempProject({ 'src/bank.ts': handler, ...files });
      try {
        const { diagnostics } = await project.build();
        expect(diagnostics.map((d) => `${d.code} ${d.message}`)).to.deep.equal([]);
      } finally {
        project.remove();
      }
    });
  }
});
