/** Why a request's signature was refused, in S3's words; EC2 has its own words for the same things. */
export type AuthFaultCode =
  /** There is neither an Authorization header nor a signature in the query. S3: AccessDenied. */
  | 'MissingAuthorization'
  | 'InvalidRequest'
  | 'AccessDenied'
  | 'AuthorizationHeaderMalformed'
  | 'AuthorizationQueryParametersError'
  | 'InvalidAccessKeyId'
  | 'InvalidToken'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch';

export interface AuthFault {
  ok: false;
  code: AuthFaultCode;
  message: string;
  /** Further elements of S3's error document. */
  extra?: Record<string, string>;
}

export interface AuthOk {
  ok: true;
  accessKeyId: string;
  /** Hex; the seed of a chain of signed chunks. */
  signature: string;
  /** `20130524/us-east-1/s3/aws4_request`. */
  scope: string;
  amzDate: string;
  signingKey: Buffer;
}

export type AuthResult = AuthOk | AuthFault;

export interface AuthOptions {
  service: 'ec2' | 's3' | 'fis';
  region: string;
  /** The secret of an access key id, or undefined if nobody has that id. */
  secretFor(accessKeyId: string): string | undefined;
  /** Default: the clock. */
  now?: Date;
}

export const fault = (code: AuthFaultCode, message: string, extra?: Record<string, string>): AuthFault =>
  extra ? { ok: false, code, message, extra } : { ok: false, code, message };
