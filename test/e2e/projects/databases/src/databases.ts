import {
  Attribute,
  DatabaseLanguage,
  DatabaseSize,
  DocumentStore,
  Key,
  NotificationTopic,
  Queue,
  RelationalDatabase,
} from 'nimbusc';

@RelationalDatabase({
  name: 'people',
  username: 'app',
  password: '${PEOPLE_PASSWORD}',
  databaseLanguage: DatabaseLanguage.POSTGRESQL,
})
export class People {}

@RelationalDatabase({
  name: 'Stock-List',
  username: '${STOCK_USER}',
  password: 'prefix-${STOCK_PASSWORD}',
  databaseLanguage: DatabaseLanguage.MARIADB,
  databaseClass: DatabaseSize.SMALL,
  allocatedSizeGB: 30,
})
export class Stock {}

@DocumentStore()
export class Note {
  @Key() id = '';
  @Attribute() text = '';
}

@Queue({ id: 'news' })
export class News {}

/** Used by functions outside of the network only. */
@NotificationTopic({ topicName: 'alarms' })
export class Alarms {}
