import { expect } from 'chai';
import { buildCatalogue, closestCode, findEntry } from '../../../compiler/diagnostics/catalogue.js';
import { code, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import { catalogue } from './example-catalogue.js';

function table(number: `NIM${number}`, slug: string) {
  return defineCodes({ [number]: code({ slug, severity: 'error', message: () => 'x', explain: 'X.' }) });
}

describe('buildCatalogue', () => {
  it('sorts by code, whatever the order of the tables', () => {
    const built = buildCatalogue([table('NIM2001', 'b'), table('NIM1001', 'a')]);
    expect(built.entries.map((entry) => entry.code)).to.deep.equal(['NIM1001', 'NIM2001']);
  });

  it('rejects a code or a slug that is given twice', () => {
    expect(() => buildCatalogue([table('NIM2001', 'a'), table('NIM2001', 'b')])).to.throw('NIM2001 is given twice');
    expect(() => buildCatalogue([table('NIM2001', 'a'), table('NIM2002', 'a')])).to.throw('belongs to both NIM2001 and NIM2002');
  });

  it('rejects codes and slugs of another form', () => {
    expect(() => buildCatalogue([table('NIM20', 'a')])).to.throw('is no diagnostic code');
    expect(() => buildCatalogue([table('NIM2001', 'Not_Kebab')])).to.throw('not in kebab-case');
  });
});

describe('findEntry', () => {
  it('understands codes in any case, numbers and slugs', () => {
    for (const text of ['NIM1201', 'nim1201', '1201', 'option-unknown', ' Option-Unknown ']) {
      expect(findEntry(catalogue, text)?.code, text).to.equal('NIM1201');
    }
    expect(findEntry(catalogue, 'NIM0000')).to.equal(null);
  });
});

describe('closestCode', () => {
  it('suggests a code for a typing mistake and for a slug', () => {
    expect(closestCode(catalogue, 'NIM16022')).to.equal('NIM1602');
    expect(closestCode(catalogue, 'resource-unused')).to.equal('NIM1602');
    expect(closestCode(catalogue, 'resource-unsued')).to.equal('NIM1602');
    expect(closestCode(catalogue, 'everything')).to.equal(null);
  });
});
