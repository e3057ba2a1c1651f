import { conversation } from './conversation.js';
import { invented } from './invented.js';
import { languages } from './languages.js';
import { offices } from './offices.js';
import { records } from './records.js';

export { unseen } from './unseen.js';

export const families = [...conversation, ...offices, ...records, ...languages, ...invented];
