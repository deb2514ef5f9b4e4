/** Characters that XML 1.0 cannot hold in any spelling, and halves of pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are meant
const UNSPEAKABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** A control character as its picture (`␛`), anything else that cannot be written as the sign for that. */
export const speakable = (text: string): string =>
  text.replace(UNSPEAKABLE, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });

const NAMES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Any text, as the content of an element or between quotes, in HTML and XML. */
export const escaped = (text: string): string => speakable(text).replace(/[&<>"']/g, (char) => NAMES[char] ?? char);

/** As {@link escaped}, for XML's attributes, which otherwise make blanks of line ends. */
export const attribute = (text: string): string =>
  escaped(text).replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);
