/** How one value of the settings is read, from YAML or from an environment variable (then it is text). */
export type Reader<T> = (value: unknown) => { value: T } | { fault: string };

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

export const matching =
  (pattern: RegExp, what: string): Reader<string> =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? { value } : { fault: `${shown(value)} is not ${what}` };

export const oneOf =
  <T extends string>(...known: T[]): Reader<T> =>
  (value) => {
    const found = known.find((item) => item === value);
    return found === undefined ? { fault: `${shown(value)} must be ${known.join(' or ')}` } : { value: found };
  };

/** A YAML list, or text with commas. */
export const listOf =
  (item: Reader<string>): Reader<string[]> =>
  (value) => {
    const items = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
    if (!Array.isArray(items)) return { fault: `${shown(value)} must be a list` };
    const read: string[] = [];
    for (const part of items.filter((one) => one !== '')) {
      const one = item(part);
      if ('fault' in one) return one;
      read.push(one.value);
    }
    return { value: read };
  };

export const wholeNumber =
  (min: number, max: number): Reader<number> =>
  (value) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) {
      return { value: number };
    }
    return { fault: `${shown(value)} must be a whole number from ${min} to ${max}` };
  };

/** A YAML map of instance type to dollars per hour, or text such as `g5.xlarge=1.006,m5.large=0.096`. */
export const prices: Reader<Record<string, number>> = (value) => {
  const entries =
    typeof value === 'string'
      ? value
          .split(',')
          .filter((part) => part.trim() !== '')
          .map((part): [string, unknown] => {
            const [type = '', price = ''] = part.split('=');
            return [type.trim(), price.trim() === '' ? undefined : Number(price)];
          })
      : typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value)
        : undefined;
  if (!entries) return { fault: `${shown(value)} must be a map of instance type to dollars per hour` };
  const read: Record<string, number> = {};
  for (const [type, price] of entries) {
    if (!/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(type)) return { fault: `"${type}" is not an instance type` };
    if (typeof price !== 'number' || !Number.isFinite(price) || price < 0) {
      return { fault: `the price of ${type} must be dollars per hour, not ${shown(price)}` };
    }
    read[type] = price;
  }
  return { value: read };
};

/** Object keys are put together with it, so it is empty or ends in `/`. */
export const keyPrefix: Reader<string> = (value) => {
  if (value === '') return { value: '' };
  if (typeof value !== 'string' || !/^[A-Za-z0-9!_.*'()/-]{1,200}$/.test(value) || value.startsWith('/')) {
    return { fault: `${shown(value)} must be a key prefix such as trainctl/` };
  }
  if (value.split('/').includes('..') || value.includes('//'))
    return { fault: `${shown(value)} must hold no .. or //` };
  return { value: value.endsWith('/') ? value : `${value}/` };
};

/** The value is a secret, so that no fault may show it. */
export const webUrl: Reader<string> = (value) => {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return { value: url.href };
  return { fault: 'is not a web address (https://…)' };
};
