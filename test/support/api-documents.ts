/**
 * Checks OpenAPI and AsyncAPI documents and JSON Schemas against their specifications: structure, references, ids,
 * parameters, names.
 */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Problems, each as its place and what is wrong; none in a valid document. */
export async function problemsOf(document: string): Promise<readonly string[]> {
  const parsed = JSON.parse(document) as { readonly $schema?: string; readonly $defs?: object };
  if (parsed.$schema !== undefined) return schemaProblems(parsed);
  const config = await createConfig({
    extends: ['spec'],
    rules: {
      'operation-operationId': 'error',
      'operation-tag-defined': 'error',
      'no-enum-type-mismatch': 'error',
      'no-schema-type-mismatch': 'error',
      'no-unused-components': 'error',
      'path-params-defined': 'error',
    },
  });
  const found = await lintFromString({ source: document, absoluteRef: 'document.json', config });
  return found.map(({ ruleId, message, location }) => `${location[0]?.pointer ?? ''} ${ruleId}: ${message}`);
}

/** Each definition is compiled, with all that it refers to. */
function schemaProblems(schema: { readonly $defs?: object }): readonly string[] {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTuples: false, strictRequired: false });
  addFormats.default(ajv);
  ajv.addSchema(schema, 'document');
  return Object.keys(schema.$defs ?? {}).flatMap((name) => {
    try {
      ajv.getSchema(`document#/$defs/${name}`);
      return [];
    } catch (error) {
      return [`${name}: ${String(error)}`];
    }
  });
}
