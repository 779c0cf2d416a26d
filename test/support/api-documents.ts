/** Checks OpenAPI and AsyncAPI documents against their specifications: structure, references, ids, parameters, names. */
import { createConfig, lintFromString } from '@redocly/openapi-core';

/** Problems, each as its place and what is wrong; none in a valid document. */
export async function problemsOf(document: string): Promise<readonly string[]> {
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
