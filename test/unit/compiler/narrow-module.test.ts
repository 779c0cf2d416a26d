import { expect } from 'chai';
import { readFacts } from '../../../compiler/phases/1-load/read-facts.js';
import { narrowModule, runtimeExports, takenNames } from '../../../compiler/phases/6-bundle/narrow-module.js';

const runtime = runtimeExports(
  `export * as ClientBuilder from './client-builder.js';
export { Queue, QueueServerlessFunction, } from './kinds/queue.js';
export{isLocal}from"./core/context.js";
`,
  "export { getA, getB } from './kinds/a.js';\n",
);
const of = (text: string): readonly string[] | null => takenNames(text, readFacts('src/a.ts', text), runtime);

describe('the module nimbusc of a file', () => {
  it('has what is imported and passed on, each once and in order; types are not there', () => {
    expect(of("import { Queue, isLocal as local, type QueueEvent, QueueOptions } from 'nimbusc'; local(Queue);")).to.deep.equal([
      'Queue',
      'isLocal',
    ]);
    expect(of("import { isLocal } from 'nimbusc'; isLocal(); export { Queue as Q } from 'nimbusc';")).to.deep.equal([
      'Queue',
      'isLocal',
    ]);
    expect(of("import { Queue } from './own.js';")).to.deep.equal([]);
  });

  it('has nothing behind names that are imported and not used', () => {
    expect(of("import { Queue, isLocal } from 'nimbusc'; isLocal();")).to.deep.equal(['-Queue', 'isLocal']);
    expect(of("import { Queue } from 'nimbusc'; export { Queue } from 'nimbusc';")).to.deep.equal(['Queue']);
    expect(narrowModule(['-Queue', 'isLocal'], runtime)).to.equal(
      "export let Queue;\nexport { isLocal } from './core/context.js';\n",
    );
  });

  it('has the getters of ClientBuilder that are called', () => {
    expect(
      of(`import { ClientBuilder, Queue } from 'nimbusc';
const b = ClientBuilder.getB(); const a = ClientBuilder
  .getA(ClientBuilder.getB(Queue));`),
    ).to.deep.equal(['ClientBuilder.getA', 'ClientBuilder.getB', 'Queue']);
  });

  it('has all of ClientBuilder where anything else may be done with it', () => {
    for (const use of [
      'ClientBuilder[name]()',
      'ClientBuilder?.getA()',
      'use(ClientBuilder)',
      'export { ClientBuilder };',
      'const { getA } = ClientBuilder;',
      '// ClientBuilder does it',
      '`${"ClientBuilder"}`',
      'ClientBuilder.getUnknown()',
    ])
      expect(of(`import { ClientBuilder } from 'nimbusc';\nClientBuilder.getA();\n${use}`), use).to.deep.equal(['ClientBuilder']);
    expect(of("import { ClientBuilder } from 'nimbusc';")).to.deep.equal(['ClientBuilder']);
    expect(of("import { ClientBuilder as Clients } from 'nimbusc'; Clients.getA();")).to.deep.equal(['ClientBuilder']);
    expect(of("export { ClientBuilder } from 'nimbusc';")).to.deep.equal(['ClientBuilder']);
  });

  it('has the members of a namespace that are used', () => {
    const text = "import * as $n from 'nimbusc'; import { ClientBuilder } from 'nimbusc';";
    expect(of(`${text} $n.isLocal(); $n.ClientBuilder.getA(); ClientBuilder.getB(); let e: $n.QueueEvent;`)).to.deep.equal([
      'ClientBuilder.getA',
      'ClientBuilder.getB',
      'isLocal',
    ]);
    expect(of(`${text} $n.ClientBuilder[x]();`)).to.deep.equal(['ClientBuilder']);
    expect(of("import * as nimbus from 'nimbusc';")).to.deep.equal([]);
  });

  it('is whole where a file may take anything of it', () => {
    expect(of("import * as nimbus from 'nimbusc'; use(nimbus);")).to.equal(null);
    expect(of("import { ClientBuilder } from 'nimbusc'; import * as all from 'nimbusc'; all[name]();")).to.equal(null);
    expect(of("export * from 'nimbusc';")).to.equal(null);
    expect(of("export * as nimbus from 'nimbusc';")).to.equal(null);
  });

  it('says where everything is', () => {
    expect(narrowModule(['ClientBuilder', 'Queue', 'isLocal'], runtime)).to.equal(
      "export * as ClientBuilder from './client-builder.js';\nexport { Queue } from './kinds/queue.js';\nexport { isLocal } from './core/context.js';\n",
    );
    expect(narrowModule(['ClientBuilder.getA', 'ClientBuilder.getB'], runtime)).to.equal(
      "import { getA } from './kinds/a.js';\nimport { getB } from './kinds/a.js';\nexport const ClientBuilder = { getA, getB };\n",
    );
  });
});
