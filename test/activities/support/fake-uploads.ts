import type { OpenPartUpload, PartUpload, PartUploads, UploadedPart } from '../../../adapters/aws';

/** Uploads in parts, in memory. Nobody sends parts: a test puts them. */
export class FakeUploads implements PartUploads {
  readonly uploads: (OpenPartUpload & { parts: UploadedPart[] })[] = [];
  readonly joined: PartUpload[] = [];
  /** Thrown by the next call of that name, after it has had its effect. */
  readonly lost = new Map<'begin' | 'complete' | 'abort', Error>();

  async begin(bucket: string, key: string): Promise<string> {
    const uploadId = `upload-${this.uploads.length + this.joined.length + 1}`;
    this.uploads.push({ bucket, key, uploadId, beganAt: Date.now(), parts: [] });
    this.loseReply('begin');
    return uploadId;
  }
  async presignPart({ bucket, key, uploadId }: PartUpload, number: number): Promise<string> {
    return `http://s3.test/${bucket}/${key}?uploadId=${uploadId}&partNumber=${number}`;
  }
  async parts(upload: PartUpload): Promise<UploadedPart[] | undefined> {
    return this.find(upload)?.parts;
  }
  async complete(upload: PartUpload): Promise<boolean> {
    if (!this.find(upload)) return false;
    this.drop(upload);
    this.joined.push(upload);
    this.loseReply('complete');
    return true;
  }
  async abort(upload: PartUpload): Promise<void> {
    this.drop(upload);
    this.loseReply('abort');
  }
  async open(bucket: string, key: string): Promise<OpenPartUpload[]> {
    return this.uploads.filter((one) => one.bucket === bucket && one.key === key);
  }
  close(): void {}

  private find({ uploadId }: PartUpload) {
    return this.uploads.find((one) => one.uploadId === uploadId);
  }
  private drop(upload: PartUpload): void {
    const at = this.uploads.findIndex(({ uploadId }) => uploadId === upload.uploadId);
    if (at >= 0) this.uploads.splice(at, 1);
  }
  private loseReply(call: 'begin' | 'complete' | 'abort'): void {
    const error = this.lost.get(call);
    this.lost.delete(call);
    if (error) throw error;
  }
}
