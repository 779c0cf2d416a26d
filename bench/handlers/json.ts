/** The least that answers JSON with JSON behind an HTTP route, by hand. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

interface Greeting {
  readonly name: string;
  readonly times: number;
}

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { name, times } = JSON.parse(event.body ?? '{}') as Greeting;
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: `hello ${name}`, times: times + 1 }),
  };
}
