/** For a stop, which asks for the host's last word first. */
export { lastWord } from './last-word';
