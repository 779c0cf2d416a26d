// HTTP routes over one table. The SDK is the runtime's.
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

const db = new DynamoDBClient({});
const TableName = process.env.NOTES;

const routes = {
  async 'PUT /notes/{id}'(id, event) {
    await db.send(new PutItemCommand({ TableName, Item: { id: { S: id }, text: { S: JSON.parse(event.body).text } } }));
    return { statusCode: 201 };
  },
  async 'GET /notes/{id}'(id) {
    const { Item } = await db.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
    return Item ? { id, text: Item.text.S } : { statusCode: 404 };
  },
  // which the function's role does not allow
  async 'DELETE /notes/{id}'(id) {
    try {
      await db.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }));
      return { statusCode: 204 };
    } catch (error) {
      return { statusCode: 403, body: error.name };
    }
  },
};

export const handler = (event) => routes[event.routeKey](event.pathParameters.id, event);
