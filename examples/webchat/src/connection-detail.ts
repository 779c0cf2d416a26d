import { Attribute, KeyValueStore } from 'nimbusc';

/** Whose connection it is; stored under the connection's id. */
@KeyValueStore({ keyType: String })
export class ConnectionDetail {
  @Attribute()
  username: string;

  constructor(username: string) {
    this.username = username;
  }
}
