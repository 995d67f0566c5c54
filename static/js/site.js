import {
  Button,
  Checkboxes,
  ErrorSummary,
  ExitThisPage,
  Radios,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "../govuk/govuk-frontend.min.js";

for (const component of [Button, Checkboxes, ErrorSummary, ExitThisPage, Radios, ServiceNavigation, SkipLink]) {
  createAll(component);
}
