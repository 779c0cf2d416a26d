// Formats of JSON Schema around decoders of strings: `email(string)`. The expressions take time linear in the text, since
// that comes from anybody.
import type { Decoder } from './decode.js';
import { refine } from './decode-limits.js';

const format =
  (test: (text: string) => boolean, what: string) =>
  (decode: Decoder): Decoder =>
    refine(decode, test, `be ${what}`);

/** None of these has more characters, and an expression may run out of stack on millions. */
const MAX_LENGTH = 1_000;

const matches = (expression: RegExp, what: string) => format((text) => text.length <= MAX_LENGTH && expression.test(text), what);

/** The calendar knows: the 30th of February would be read as the 1st of March. */
const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && new Date(text).getUTCDate() === Number(text.slice(-2));

/** RFC 3339, section 5.6. A leap second can only be the last one of a day in UTC. */
function isTime(text: string): boolean {
  const found = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(\.\d+)?(Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i.exec(text);
  if (found === null || found[3] !== '60') return found !== null;
  const minutes = (hours = '0', minutes = '0'): number => Number(hours) * 60 + Number(minutes);
  const offset = minutes(found[7], found[8]) * (found[6] === '-' ? 1 : -1);
  return (minutes(found[1], found[2]) + offset + 2880) % 1440 === 1439;
}

/** `YYYY-MM-DD`. */
export const fullDate = /* @__PURE__ */ format(isDay, 'a date');

export const time = /* @__PURE__ */ format(isTime, 'a time with its offset');

export const dateTime = /* @__PURE__ */ format(
  (text) => /^.{10}T/i.test(text) && isDay(text.slice(0, 10)) && isTime(text.slice(11)),
  'a date and time',
);

/** RFC 3339, appendix A. */
export const duration = /* @__PURE__ */ matches(
  /^P(?!$)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)$/,
  'a duration',
);

/** RFC 5321, with its limit, without quoted names and without addresses in brackets, as nearly all are. */
export const email = /* @__PURE__ */ matches(
  /^(?=.{1,254}$)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@((?!-)[a-z\d-]{1,63}(?<!-)\.)+(?!-)[a-z\d-]{1,63}(?<!-)$/i,
  'an email address',
);

export const hostname = /* @__PURE__ */ matches(
  /^(?=.{1,253}$)((?!-)[a-z\d-]{1,63}(?<!-)\.)*(?!-)[a-z\d-]{1,63}(?<!-)$/i,
  'a host name',
);

const address = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

export const ipv4 = /* @__PURE__ */ matches(address, 'an IPv4 address');

/** RFC 4291, section 2.2. */
function isIpv6(text: string): boolean {
  // As long as the longest; splitting megabytes would take seconds.
  if (text.length > 45) return false;
  const last = text.lastIndexOf(':') + 1;
  const halves = (address.test(text.slice(last)) ? `${text.slice(0, last)}0:0` : text).split('::');
  const groups = halves.flatMap((half) => (half ? half.split(':') : []));
  return (
    (halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8) &&
    groups.every((group) => /^[\da-f]{1,4}$/i.test(group))
  );
}

export const ipv6 = /* @__PURE__ */ format(isIpv6, 'an IPv6 address');

/** RFC 3986, with a scheme. Brackets are for addresses of hosts only. */
export const uri = /* @__PURE__ */ format(
  (text) =>
    !/%(?![\da-f]{2})/i.test(text) &&
    /^[a-z][a-z\d+.-]*:(\/\/([\w.~!$&'()*+,;=:%-]*@)?\[[\da-f:.]+\](:\d*)?(?![^/?#]))?[\w.~!$&'()*+,;=:@/?%-]*(#[\w.~!$&'()*+,;=:@/?%-]*)?$/i.test(
      text,
    ),
  'a URI',
);

export const uuid = /* @__PURE__ */ matches(/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i, 'a UUID');
