// Sums of decimal texts, exact as far as DynamoDB is: to 38 digits.

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const MOST_DIGITS = 38;

/** `a + b` or `a - b`. */
export function add(a: string, b: string, sign: '+' | '-'): string {
  const [x, y] = [decimal(a), decimal(b)];
  const exponent = Math.min(x.exponent, y.exponent);
  const scaled = (one: Decimal): bigint => one.digits * 10n ** BigInt(one.exponent - exponent);
  return textOf(scaled(x) + (sign === '+' ? scaled(y) : -scaled(y)), exponent);
}

function decimal(text: string): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = BigInt(`${whole}${fraction}` || '0');
  return { digits: sign === '-' ? -digits : digits, exponent: digits === 0n ? 0 : Number(exponent) - fraction.length };
}

function textOf(digits: bigint, exponent: number): string {
  const sign = digits < 0n ? '-' : '';
  let text = String(digits < 0n ? -digits : digits);
  let at = exponent;
  if (text.length > MOST_DIGITS) {
    const over = text.length - MOST_DIGITS;
    const unit = 10n ** BigInt(over);
    text = String((BigInt(text) + unit / 2n) / unit);
    at += over;
  }
  const short = text.replace(/0+$/, '');
  if (short === '') return '0';
  at += text.length - short.length;
  if (at >= 0 && at + short.length <= MOST_DIGITS) return `${sign}${short}${'0'.repeat(at)}`;
  if (at < 0 && -at <= MOST_DIGITS) {
    const padded = short.padStart(1 - at, '0');
    return `${sign}${padded.slice(0, at)}.${padded.slice(at)}`;
  }
  return `${sign}${short}e${at}`;
}
