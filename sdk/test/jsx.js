// What JSX becomes in the snippets of the guide.

export { createElement } from "./react.js";
export const Fragment = ({ children }) => children;
