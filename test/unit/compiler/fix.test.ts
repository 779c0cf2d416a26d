// The changes of the source that `nimbusc fix` makes: they add what is missing, and nothing is missing after them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { applyEdits, hasConflict, unifiedDiff } from '../../../compiler/diagnostics/apply-fixes.js';
import type { TextEdit } from '../../../compiler/diagnostics/diagnostic.js';
import { tempProject } from '../../support/temp-project.js';

const STORES = `import { DocumentStore, Key, Queue } from 'nimbusc';
@DocumentStore({ stages: ['dev', 'prod'] })
export class User { @Key() id = ''; }
export { User as Person };
@Queue({ id: 'mails' })
export class Mails {}
`;

/** A handler's file before and after. */
const CASES: readonly (readonly [what: string, before: string, after: string])[] = [
  [
    'below the trigger, and to the imports',
    `import { ClientBuilder, HttpServerlessFunction } from 'nimbusc';
import { User } from './stores.js';

export class Shop {
  @HttpServerlessFunction({ method: 'GET', path: 'a' })
  find() { return ClientBuilder.getDocumentStoreClient(User).get('a'); }
}
`,
    `import { ClientBuilder, HttpServerlessFunction, UsesDocumentStore } from 'nimbusc';
import { User } from './stores.js';

export class Shop {
  @HttpServerlessFunction({ method: 'GET', path: 'a' })
  @UsesDocumentStore(User)
  find() { return ClientBuilder.getDocumentStoreClient(User).get('a'); }
}
`,
  ],
  [
    'once for several operations and handlers, one import to a line',
    `import {
  ClientBuilder,
  HttpServerlessFunction,
} from 'nimbusc';
import { type User, Mails } from './stores';
import * as stores from './stores';
const users = ClientBuilder.getDocumentStoreClient(stores.User);
export class Shop {
  @HttpServerlessFunction({ method: 'GET', path: 'a' })
  find(): Promise<User | null> { users.getAll(); return users.get('a'); }
  @HttpServerlessFunction({ method: 'GET', path: 'b' }) /* inline */ send() { return [ClientBuilder.getQueueClient(Mails).sendMessage('a'), users.get('a')]; }
}
`,
    `import {
  ClientBuilder,
  HttpServerlessFunction,
  UsesDocumentStore,
  UsesQueue,
} from 'nimbusc';
import { User, Mails } from './stores';
import * as stores from './stores';
const users = ClientBuilder.getDocumentStoreClient(stores.User);
export class Shop {
  @HttpServerlessFunction({ method: 'GET', path: 'a' })
  @UsesDocumentStore(User)
  find(): Promise<User | null> { users.getAll(); return users.get('a'); }
  @HttpServerlessFunction({ method: 'GET', path: 'b' })
  @UsesDocumentStore(User)
  @UsesQueue({ queue: Mails }) /* inline */ send() { return [ClientBuilder.getQueueClient(Mails).sendMessage('a'), users.get('a')]; }
}
`,
  ],
  [
    'by the names that the file has for things',
    `import * as nimbus from 'nimbusc';
import { Person as P } from './stores.js';
export class Shop {
  @nimbus.HttpServerlessFunction({ method: 'GET', path: 'a', stages: ['prod'] })
  find() { return nimbus.ClientBuilder.getDocumentStoreClient(P).get('a'); }
}
`,
    `import * as nimbus from 'nimbusc';
import { Person as P } from './stores.js';
export class Shop {
  @nimbus.HttpServerlessFunction({ method: 'GET', path: 'a', stages: ['prod'] })
  @nimbus.UsesDocumentStore({ dataModel: P, stages: ['prod'] })
  find() { return nimbus.ClientBuilder.getDocumentStoreClient(P).get('a'); }
}
`,
  ],
  [
    'with an import of a class that is used in another file only',
    `import { HttpServerlessFunction as Get } from 'nimbusc';
import { find } from '../lib/find.js';
export class Shop {
\t@Get({ method: 'GET', path: 'a' })
\tfind() { return find(); }
}
`,
    `import { HttpServerlessFunction as Get, UsesDocumentStore, UsesQueue } from 'nimbusc';
import { find } from '../lib/find.js';
import { User } from './stores.js';
export class Shop {
\t@Get({ method: 'GET', path: 'a' })
\t@UsesDocumentStore(User)
\t@UsesQueue({ id: 'mail-box' })
\tfind() { return find(); }
}
`,
  ],
];

const FIND = `import { ClientBuilder } from 'nimbusc';
import { User } from '../src/stores.js';
export const find = () => ClientBuilder.getDocumentStoreClient(User).get('a').then(() => ClientBuilder.getQueueClient('mail-box').sendMessage('a'));
`;

describe('a missing declaration is written', () => {
  for (const [what, before, after] of CASES) {
    for (const newline of ['\n', '\r\n']) {
      it(`${what}${newline === '\n' ? '' : ', with the line ends of the file'}`, async () => {
        const text = before.replaceAll('\n', newline);
        const project = tempProject({ 'src/stores.ts': STORES, 'src/shop.ts': text, 'lib/find.ts': FIND });
        try {
          const edits = (await project.check()).diagnostics.flatMap(({ code, fixes }) =>
            code === 'NIM1501' ? (fixes[0]?.edits ?? []) : [],
          );
          const fixed = applyEdits(text, edits);
          expect(fixed.replaceAll(newline, '\n')).to.equal(after);
          expect(/[^\r]\n/.test(fixed) && newline === '\r\n').to.equal(false);
          project.write({ 'src/shop.ts': fixed });
          const left = (await project.check()).diagnostics.filter(({ code }) => /^NIM(15|12|11)/.test(code));
          expect(left.map(({ code, message }) => `${code} ${message}`)).to.deep.equal([]);
        } finally {
          project.remove();
        }
      });
    }
  }

  it('but not where its class cannot be written', async () => {
    const project = tempProject({
      'src/shop.ts': `import { ClientBuilder, HttpServerlessFunction } from 'nimbusc';
import type { User } from './stores.js';
import { users } from './users.js';
export class Shop { @HttpServerlessFunction({ method: 'GET', path: 'a' }) find(): Promise<User | null> { return users.get('a'); } }
`,
      'src/users.ts': `import { ClientBuilder } from 'nimbusc';\nimport { User } from './stores.js';\nexport const users = ClientBuilder.getDocumentStoreClient(User);\n`,
      'src/stores.ts': STORES,
    });
    try {
      const found = (await project.check()).diagnostics.filter(({ code }) => code === 'NIM1501');
      expect(found.map(({ fixes }) => fixes.length)).to.deep.equal([0]);
      expect(found[0]?.hint).to.include('@UsesDocumentStore(User)');
    } finally {
      project.remove();
    }
  });
});

describe('the difference of a fix', () => {
  it('is what git makes the new text of', () => {
    const line = fc.constantFrom('', 'a', 'bb', '  c;', '}');
    const texts = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 40 }), fc.boolean())
      .map(([lines, whole]) => lines.join('\n') + (whole ? '\n' : ''));
    const edits = fc.array(fc.tuple(fc.nat(200), fc.constantFrom('x', '\nnew', ', b', '\n  @Uses()\n')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(texts, edits, (text, places) => {
        fc.pre(text.trim() !== '');
        const list = places.map(([at, newText]): TextEdit => {
          const start = Math.min(at, text.replace(/\n+$/, '').length);
          return { span: { file: 'a.ts', start, end: start }, newText };
        });
        const project = tempProject({ 'a.ts': text, 'change.patch': unifiedDiff('a.ts', text, list) });
        try {
          execFileSync('git', ['apply', '--unsafe-paths', '--whitespace=nowarn', 'change.patch'], {
            cwd: project.dir,
            stdio: 'pipe',
          });
          expect(readFileSync(join(project.dir, 'a.ts'), 'utf8')).to.equal(applyEdits(text, list));
        } finally {
          project.remove();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is empty without a fix', () => {
    expect(unifiedDiff('a.ts', 'a\n', [])).to.equal('');
  });

  it('is not made of a text with conflict markers', () => {
    expect([hasConflict('a\n<<<<<<< HEAD\nb\n'), hasConflict('a <<<<<<< b')]).to.deep.equal([true, false]);
  });
});
