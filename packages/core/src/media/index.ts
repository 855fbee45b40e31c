export { openCapture } from './capture-door.js';
