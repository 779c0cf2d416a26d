import { expect } from 'chai';
import { readFacts } from '../../../compiler/phases/1-load/read-facts.js';
import { gettersOf, knownGetters, narrowed } from '../../../compiler/phases/6-bundle/client-builder.js';

const KNOWN = new Set(['getA', 'getB']);
const of = (text: string): readonly string[] | null => gettersOf(text, readFacts('src/a.ts', text).imports, KNOWN);

describe('the ClientBuilder of a file', () => {
  it('has the getters that are called, each once and in order', () => {
    expect(
      of(`import { ClientBuilder, Queue } from 'nimbusc';
const b = ClientBuilder.getB(); const a = ClientBuilder
  .getA(ClientBuilder.getB());`),
    ).to.deep.equal(['getA', 'getB']);
  });

  it('is whole where anything else may be done with it', () => {
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
      expect(of(`import { ClientBuilder } from 'nimbusc';\nClientBuilder.getA();\n${use}`), use).to.equal(null);
    expect(of("import { ClientBuilder } from 'nimbusc';")).to.equal(null);
    expect(of("import { ClientBuilder as Clients } from 'nimbusc'; Clients.getA();")).to.equal(null);
    expect(of("import * as nimbus from 'nimbusc'; nimbus.ClientBuilder.getA();")).to.equal(null);
    expect(of("import { ClientBuilder } from './own.js'; ClientBuilder.getA();")).to.equal(null);
    expect(of("import { ClientBuilder } from 'nimbusc'; import * as all from 'nimbusc'; ClientBuilder.getA();")).to.equal(null);
  });

  it('is made of getters that the module has', () => {
    expect([...knownGetters("export { getA, isB } from './kinds/a.js';\n")]).to.deep.equal(['getA', 'isB']);
    expect(narrowed(['getA']))
      .to.include("import { getA } from './client-builder.js';")
      .and.include('{ getA }');
  });
});
