import fc from 'fast-check';
import { compileWildcard } from '../../../../local/cloud/ec2/filters';
import { Ec2Error } from '../../../../local/cloud/ec2/protocol/errors';
import { Params } from '../../../../local/cloud/ec2/protocol/params';
import { errorDocument, successDocument } from '../../../../local/cloud/ec2/protocol/xml';

describe('parameters', () => {
  const params = Params.parse(
    'Filter.2.Name=b&Filter.2.Value.1=x&Filter.2.Value.10=z&Filter.2.Value.2=y&Filter.1.Name=a&Flag=true&N=7&Empty=',
  );

  it('lists are ordered by number, not by text or arrival', () => {
    expect(params.structs('Filter').map((filter) => filter.string('Name'))).toEqual(['a', 'b']);
    expect(params.structs('Filter')[1]?.list('Value')).toEqual(['x', 'y', 'z']);
  });

  it('values are read by type; errors name the whole path', () => {
    expect([params.boolean('Flag'), params.integer('N'), params.string('Empty')]).toEqual([true, 7, '']);
    expect(() => params.structs('Filter')[0]?.required('Value')).toThrow(
      'The request must contain the parameter Filter.1.Value',
    );
    expect(() => params.integer('Flag')).toThrow(/Value \(true\) for parameter Flag is invalid/);
    expect(() => params.boolean('N')).toThrow(Ec2Error);
    expect(() => params.required('Empty')).toThrow('The request must contain the parameter Empty');
  });

  it('canonical form does not depend on order, and no two requests share one', () => {
    const canonical = (form: string) => Params.parse(form).canonical(['Token']);
    expect(canonical('A=1&B.1.C=2&Token=x')).toBe(canonical('Token=y&B.1.C=2&A=1'));
    expect(canonical('A=1%0AB%3D2')).not.toBe(canonical('A=1&B=2'));
    expect(canonical('A=1')).not.toBe(canonical('A=2'));
  });

  it('names that objects have by birth are names like others', () => {
    expect(Params.parse('__proto__.x=1&constructor=2').names()).toEqual(['__proto__', 'constructor']);
    expect(Params.parse('').string('constructor')).toBeUndefined();
  });
});

describe('XML', () => {
  it('lists are items, empty ones empty elements, undefined nothing, dates have milliseconds', () => {
    const body = {
      set: [{ id: 'a' }, { id: 'b' }],
      none: [],
      text: '',
      missing: undefined,
      flag: false,
      at: new Date('2024-07-17T14:43:06Z'),
    };
    expect(successDocument('X', 'r', body)).toContain(
      '<requestId>r</requestId><set><item><id>a</id></item><item><id>b</id></item></set><none/><text/><flag>false</flag><at>2024-07-17T14:43:06.000Z</at></XResponse>',
    );
  });

  it('no text can break out of its element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const inner = /<Message>([\s\S]*)<\/Message>/.exec(errorDocument(new Ec2Error('C', `x${text}`), 'r'))?.[1];
        expect(inner).not.toMatch(/[<>]/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot carry
        expect(inner).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
      }),
    );
  });
});

describe('wildcards', () => {
  it('a text without wildcards matches itself alone, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const quoted = text.replace(/[*?\\]/g, '\\$&');
        expect(compileWildcard(quoted).test(text)).toBe(true);
        expect(compileWildcard(quoted).test(other)).toBe(text === other);
      }),
    );
  });

  it('* is any run, also of nothing and of line ends', () => {
    expect(compileWildcard('a*c').test('a\nb\nc')).toBe(true);
    expect(compileWildcard('a*c').test('ac')).toBe(true);
    expect(compileWildcard('a*c').test('abcd')).toBe(false);
    expect(compileWildcard('a.c').test('abc')).toBe(false);
  });
});
