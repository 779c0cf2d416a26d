import { Attribute, KeyValueStore } from 'nimbusc';

/** What has been sold of an article; stored under the article. */
@KeyValueStore({ keyType: String })
export class SalesSummary {
  @Attribute()
  sold = 0;
}
