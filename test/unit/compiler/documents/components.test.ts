import { expect } from 'chai';
import { Components, componentName, describe as described, uniqueNames } from '../../../../compiler/documents/components.js';
import { declared, doc, object, ref, string } from './sample-api.js';

const at = (key: string, name = key.slice(key.indexOf('#') + 1)) => declared(name, string, { key });

describe('the names of components', () => {
  it('are legal in documents, and say what the type is', () => {
    expect(
      ['Order', 'Page<Order>', 'Page<Order[]>', 'Pair<string, Page<Order>>', 'Choice<"a" | "b">', 'Größe', '$', '注文'].map(
        componentName,
      ),
    ).to.deep.equal([
      'Order',
      'Page_Order',
      'Page_Order_Array',
      'Pair_string_Page_Order',
      'Choice_a_or_b',
      'Gro_e',
      'Type',
      'Type',
    ]);
  });

  it('are of the files where two types have one name, by as few folders as tell them apart', () => {
    const decls = ['src/a/items.ts#Item', 'src/b/items.ts#Item', 'src/order/index.ts#Order', 'src/lone.ts#Lone'].map((key) =>
      at(key),
    );
    expect([...uniqueNames(decls, componentName).values()].sort()).to.deep.equal([
      'Lone',
      'Order',
      'a.items.Item',
      'b.items.Item',
    ]);
  });

  it('do not depend on the order in which types are met, and are never twice the same', () => {
    const decls = [at('src/a.ts#X'), at('src/b.ts#X'), at('src/c.ts#a.X', 'a.X'), at('src/b.ts#X~2', 'X'), at('X', 'X')];
    const named = (list: typeof decls) =>
      Object.fromEntries([...uniqueNames(list, componentName)].map(([d, name]) => [d.key, name]));
    const names = named(decls);
    expect(names).to.deep.equal(named([...decls].reverse()));
    expect(new Set(Object.values(names)).size).to.equal(decls.length);
  });

  it('keep out of the way of what is reserved', () => {
    const names = uniqueNames([at('src/app.ts#Date')], componentName, new Set(['Date']));
    expect([...names.values()]).to.deep.equal(['app.Date']);
  });

  it('of the document itself make way for those of the project', () => {
    expect(new Components([]).ownName('InvalidInput')).to.equal('InvalidInput');
    expect(new Components([ref(declared('InvalidInput', object({})))]).ownName('InvalidInput')).to.equal('nimbusc.InvalidInput');
  });
});

describe('descriptions', () => {
  it('have a first paragraph as their summary, and all of it where that is more', () => {
    expect(described(null)).to.deep.equal({});
    expect(described(doc(''))).to.deep.equal({});
    expect(described(doc('Lists\nall orders.'))).to.deep.equal({ summary: 'Lists all orders.' });
    expect(described(doc('Lists.\n\nAnd more.'))).to.deep.equal({ summary: 'Lists.', description: 'Lists.\n\nAnd more.' });
    const long = `First sentence. ${'Words and words. '.repeat(20)}`.trim();
    expect(described(doc(long))).to.deep.equal({ summary: 'First sentence.', description: long });
    const endless = 'x'.repeat(200);
    expect(described(doc(endless))['summary']).to.have.length(120);
  });
});
