// Draws /openapi.json. It shows and sends nothing: a key belongs on a backend, so there is no field here to put one into.
const nothing = () => () => null;

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // Swagger's own server would be asked otherwise.
  validatorUrl: null,
  supportedSubmitMethods: [],
  plugins: [{ wrapComponents: { authorizeBtn: nothing, authorizeOperationBtn: nothing, SchemesContainer: nothing } }],
});
