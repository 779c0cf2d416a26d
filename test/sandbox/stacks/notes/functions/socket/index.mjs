// Lets in who gives a name, and sends back what they say.
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';

export async function handler({ requestContext, queryStringParameters, body }) {
  const { routeKey, connectionId, domainName, stage } = requestContext;
  if (routeKey === '$connect') return { statusCode: queryStringParameters?.name ? 200 : 401 };
  const api = new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` });
  const Data = JSON.stringify({ said: JSON.parse(body).text });
  await api.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
  return { statusCode: 200 };
}
