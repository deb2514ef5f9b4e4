import { s3UrlFault } from '../../../contract/schema/s3-url';

test.each(['s3://bucket/a/', 's3://my.bucket-1/a b/ü/', 's3://bucket/$HOME/', 's3://bucket//a/'])(
  '%s may be used',
  (url) => {
    expect(s3UrlFault(url, 'input')).toBeUndefined();
    expect(s3UrlFault(url, 'output')).toBeUndefined();
  },
);

test('a whole bucket may be read, and not be written', () => {
  expect(s3UrlFault('s3://bucket/', 'input')).toBeUndefined();
  expect(s3UrlFault('s3://bucket/', 'output')).toMatch(/below a prefix alone \(try "s3:\/\/bucket\/results\/"\)/);
  expect(s3UrlFault(`s3://bucket/${'p'.repeat(800)}/`, 'output')).toMatch(/leaves no room/);
  expect(s3UrlFault('s3://bucket/a', 'output')).toMatch(/must end in \//);
});

test.each([
  [`s3://b/${'$'}{x}/`, /holds \$\{x\}, which nobody fills in/],
  [`s3://bucket/${'$'}{filename}`, /holds \$\{filename\}/],
  ['s3://bucket/$(date)/', /holds \$\(date\)/],
  ['s3://{{ bucket }}/a/', /holds \{\{ bucket \}\}/],
  ['S3://Bucket/a/', /must be an S3 address \(try s3:\/\/bucket\/a\/\)/],
  [' s3://bucket/a', /try s3:\/\/bucket\/a\)/],
  ['s3:/bucket/a', /try s3:\/\/bucket\/a\)/],
  ['https://bucket.s3.amazonaws.com/a', /try s3:\/\/bucket\/path\/\)/],
  ['s3://my bucket/a/', /must be an S3 address/],
  ['s3://a_b/c/', /must be an S3 address/],
  ['s3://my..bucket/a/', /two dots in a row/],
  ['s3://10.0.0.1/a/', /form of an IP address/],
  ['s3://xn--bucket/a/', /begin with xn--/],
  ['s3://bucket/a/../b/', /is \. or \.\./],
  ['s3://bucket/a\nb/', /control character/],
])('%s can never work', (url, words) => {
  expect(s3UrlFault(url, 'input')).toMatch(words);
  expect(s3UrlFault(url, 'output')).toMatch(words);
});
