import { Building2, ChevronDown, Keyboard, LogOut, Monitor, Moon, Sun, UserRoundCog } from "lucide-react";
import { Button } from "@/components/ui/button/button";
import { Menu, MenuChoice, MenuChoices, MenuItem, MenuLabel, MenuLine } from "@/components/ui/menu/menu";
import type { Me } from "@/features/auth/queries";
import { setTheme, type Theme, useTheme } from "@/lib/theme/theme";

interface Belonging {
  tenant_id: string;
  company_name: string;
}

interface Props {
  me: Me;
  memberships: Belonging[];
  switchTo: (tenantId: string) => void;
  account: () => void;
  help: () => void;
  signOut: () => void;
}

/** Who is signed in, where they work, how it looks, and the way out. */
export function UserMenu({ me, memberships, switchTo, account, help, signOut }: Props) {
  const theme = useTheme();
  return (
    <Menu
      label="You"
      trigger={
        <Button look="quiet" className="max-w-24 px-2.5 sm:max-w-56">
          <span className="truncate" dir="auto">
            {me.name || me.email}
          </span>
          <ChevronDown aria-hidden />
        </Button>
      }
    >
      <MenuLabel className="truncate">{me.email}</MenuLabel>
      {memberships.length > 1 && !me.impersonation && (
        <>
          <MenuLine />
          <MenuLabel>Business</MenuLabel>
          <MenuChoices value={me.tenant_id ?? ""} onValueChange={switchTo}>
            {memberships.map((m) => (
              <MenuChoice key={m.tenant_id} value={m.tenant_id}>
                <Building2 aria-hidden />
                <span dir="auto">{m.company_name}</span>
              </MenuChoice>
            ))}
          </MenuChoices>
        </>
      )}
      <MenuLine />
      <MenuLabel>Theme</MenuLabel>
      <MenuChoices value={theme} onValueChange={(next) => setTheme(next as Theme)}>
        <MenuChoice value="light">
          <Sun aria-hidden /> Light
        </MenuChoice>
        <MenuChoice value="dark">
          <Moon aria-hidden /> Dark
        </MenuChoice>
        <MenuChoice value="system">
          <Monitor aria-hidden /> As the system
        </MenuChoice>
      </MenuChoices>
      <MenuLine />
      {!me.impersonation && (
        <MenuItem onSelect={account}>
          <UserRoundCog aria-hidden /> Your account
        </MenuItem>
      )}
      <MenuItem onSelect={help}>
        <Keyboard aria-hidden /> Keyboard
      </MenuItem>
      <MenuItem onSelect={signOut}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  );
}
