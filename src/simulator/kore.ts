import { type Backend, settle } from "./backend.ts";
import { familyOf, refusal, Refusal, type Reply } from "./http/reply.ts";
import { type Call, Router } from "./http/router.ts";
import { EsimRefusal } from "./provisioning/esim-request.ts";
import { addAccountRoutes } from "./routes/accounts.ts";
import { addAlertingRoutes } from "./routes/connectivity/alerting.ts";
import { addCatalogRoutes } from "./routes/connectivity/catalog.ts";
import { addClientPortalRoutes } from "./routes/client-portal.ts";
import { addClientRoutes } from "./routes/clients.ts";
import { addDiagnosticsRoutes } from "./routes/connectivity/diagnostics.ts";
import { addMessageRoutes } from "./routes/messages.ts";
import { addEsimRoutes } from "./routes/connectivity/esims.ts";
import { addProvisioningRoutes } from "./routes/provisioning.ts";
import { addReportRoutes } from "./routes/connectivity/reports.ts";
import { addSessionRoutes } from "./routes/connectivity/sessions.ts";
import { addSubscriptionRequestRoutes } from "./routes/connectivity/subscription-requests.ts";
import { addSubscriptionRoutes } from "./routes/subscriptions.ts";
import { addTokenRoutes } from "./routes/tokens.ts";
import { addUsageRoutes } from "./routes/connectivity/usage.ts";

/** KORE's APIs as one function from request to reply. */
export function createKore(backend: Backend): (call: Omit<Call, "params">) => Reply {
  const router = new Router();
  addTokenRoutes(router, backend);
  addAccountRoutes(router, backend);
  addCatalogRoutes(router, backend);
  addSubscriptionRoutes(router, backend);
  addUsageRoutes(router, backend);
  addSubscriptionRequestRoutes(router, backend);
  addSessionRoutes(router, backend);
  addDiagnosticsRoutes(router, backend);
  addReportRoutes(router, backend);
  addEsimRoutes(router, backend);
  addProvisioningRoutes(router, backend);
  addMessageRoutes(router, backend);
  addAlertingRoutes(router, backend);
  addClientRoutes(router, backend);
  addClientPortalRoutes(router, backend);
  return (call) => {
    try {
      settle(backend);
      const reply = router.answer(call);
      if (reply) return reply;
      throw new Refusal(404, `No such call: ${call.method} ${call.path}`);
    } catch (error) {
      if (error instanceof EsimRefusal) return esimRefusal(error);
      const refused = error instanceof Refusal ? error : new Refusal(500, `The simulator failed: ${String(error)}`);
      return refusal(familyOf(call.path), call.method, refused);
    }
  };
}

function esimRefusal({ status, message, errors }: EsimRefusal): Reply {
  const validation = errors.map((error) => ({ eid: error.eid, "error-message": error.message }));
  return { status, body: { status: "error", "error-message": message, "validation-error": validation } };
}
