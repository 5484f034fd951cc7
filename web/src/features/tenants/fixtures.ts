/** A tenant, for tests. */
import type { Tenant } from "@/features/tenants/queries";

export const aTenant: Tenant = {
  id: "t",
  tenant_id: "t",
  slug: "salon",
  company_name: "Ann's Salon",
  status: "active",
  plan_tier: "pro",
  currency: "USD",
  health_score: 90,
  max_calls: null,
  timezone: "UTC",
  city: "Tulsa",
  contact_email: "ann@example.com",
  created_at: "2026-01-02T00:00:00Z",
  retention: { audio_days: 90, transcript_days: 365, call_days: 730 },
  is_root: false,
  is_test_mode: false,
};
