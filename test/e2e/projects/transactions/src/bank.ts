import {
  Attribute,
  AttributeNotExists,
  ClientBuilder,
  ComparisonOperator,
  ConditionBuilder,
  ConditionVariable,
  DocumentStore,
  type HttpEvent,
  HttpException,
  HttpServerlessFunction,
  Key,
  KeyValueStore,
  StoreConditionException,
  UsesDocumentStore,
  UsesKeyValueStore,
} from 'nimbusc';

@DocumentStore()
export class Account {
  @Key() owner = '';
  @Attribute({ columnName: 'money' }) balance = 0;
}

@KeyValueStore({ keyType: Number })
export class Transfer {
  @Attribute() from = '';
  @Attribute() to = '';
}

export class Bank {
  private readonly accounts = ClientBuilder.getDocumentStoreClient(Account);
  private readonly transfers = ClientBuilder.getKeyValueStoreClient(Number, Transfer);
  private readonly transactions = ClientBuilder.getTransactionalClient();

  @HttpServerlessFunction({ method: 'POST', path: 'transfers/{number}' })
  @UsesDocumentStore(Account)
  @UsesKeyValueStore(Transfer)
  async transfer(event: HttpEvent, { from, to, amount }: { from: string; to: string; amount: number }): Promise<void> {
    const { numeric } = ConditionVariable;
    const covered = ConditionBuilder.ifComparison('balance', ComparisonOperator.GREATER_THAN_OR_EQUAL, numeric(amount)).build();
    const transfer = Object.assign(new Transfer(), { from, to });
    try {
      await this.transactions.executeWriteTransaction([
        this.accounts.getDecrementValueRequest(from, 'balance', amount, covered),
        this.accounts.getIncrementValueRequest(to, 'balance', amount),
        this.transfers.getWriteItem(Number(event.pathParameters.number), transfer, new AttributeNotExists('PrimaryKey')),
      ]);
    } catch (error) {
      if (error instanceof StoreConditionException) throw new HttpException(409, error.message);
      throw error;
    }
  }

  @HttpServerlessFunction({ method: 'PUT', path: 'accounts' })
  @UsesDocumentStore(Account)
  async open(body: Account[]): Promise<void> {
    await this.transactions.executeWriteTransaction(body.map((account) => this.accounts.getWriteItem(account)));
  }

  @HttpServerlessFunction({ method: 'GET', path: 'books/{number}' })
  @UsesDocumentStore(Account)
  @UsesKeyValueStore(Transfer)
  async books(event: HttpEvent): Promise<unknown> {
    const [anna, bob, transfer] = await this.transactions.executeReadTransaction([
      this.accounts.getReadItem('anna'),
      this.accounts.getReadItem('bob'),
      this.transfers.getReadItem(Number(event.pathParameters.number)),
    ]);
    return { instances: anna instanceof Account && bob instanceof Account, anna: anna?.balance, bob: bob?.balance, transfer };
  }

  /** Declares one of the two stores that it writes to. */
  @HttpServerlessFunction({ method: 'POST', path: 'forbidden' })
  @UsesDocumentStore(Account)
  async forbidden(): Promise<string> {
    try {
      // By a way that the compiler does not follow, or it would not compile this.
      const builder = Reflect.get({ ClientBuilder }, 'ClientBuilder');
      builder.getKeyValueStoreClient(Number, Transfer).getWriteItem(1, new Transfer());
      return 'allowed';
    } catch (error) {
      return (error as Error).name;
    }
  }
}
