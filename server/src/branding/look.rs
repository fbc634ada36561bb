//! What is shown of branding, and what of it before anybody has shown a token.

use super::Branding;
use crate::access::Scope;
use crate::api::is_exact_origin;
use crate::clock::now_ms;
use crate::store::{OriginBranding, Store, StoreError};
use app::branding::Brand;
use app::branding::colour::Rgb;
use app::branding::palette::palette;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Most brandings of one origin that are looked at.
const BRANDINGS_MAX: u32 = 32;
/// Most origins of logos that one document may load from.
const LOGO_ORIGINS_MAX: usize = 8;
/// How long an origin's look is remembered, in milliseconds: a document is asked for far more often than a look changes.
const REMEMBERED: i64 = 1_000;
/// Most origins that are remembered.
const ORIGINS_MAX: usize = 10_000;

/// What a document shows before anybody has shown a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// What is sure: where several sessions may come, only what they agree on.
    pub brand: Brand,
    /// From where its pictures may come, each with a space before it, as a content security policy writes it.
    pub picture_sources: String,
}

/// How a session's inbox looks.
pub async fn of_session(store: &dyn Store, scope: &Scope) -> Result<Brand, StoreError> {
    let (own, of_session) = store.session_branding(scope).await?;
    let own = Branding::stored(own.as_deref())?;
    Ok(Branding::stored(of_session.as_deref())?.over(own).shown())
}

/// How a workspace looks on our own page.
pub async fn of_workspace(store: &dyn Store, scope: &Scope) -> Result<Look, StoreError> {
    look(&[OriginBranding {
        tenant: scope.tenant().clone(),
        own: store.branding(scope).await?,
        of_session: None,
    }])
}

/// What is shown of a branding, and from where its picture comes, with a space before it.
pub fn shown_with_pictures(branding: &Branding) -> (Brand, String) {
    let source = branding.logo_url.as_deref().and_then(picture_source);
    let source = source.map(|source| [" ", &source].concat());
    (branding.shown(), source.unwrap_or_default())
}

/// The looks of origins, as they were a moment ago.
#[derive(Default)]
pub struct Looks(Mutex<HashMap<String, (i64, Arc<Look>)>>);

impl Looks {
    /// How the document looks in a page of this origin.
    pub async fn of_origin(
        &self,
        store: &dyn Store,
        origin: &str,
    ) -> Result<Arc<Look>, StoreError> {
        let now = now_ms();
        let known = self.held().get(origin).cloned();
        if let Some((until, look)) = known
            && now < until
        {
            return Ok(look);
        }
        let found = store
            .brandings_of_origin(origin, now, BRANDINGS_MAX)
            .await?;
        let look = Arc::new(look(&found)?);
        let mut held = self.held();
        if held.len() >= ORIGINS_MAX {
            held.clear();
        }
        held.insert(origin.to_owned(), (now + REMEMBERED, look.clone()));
        Ok(look)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<String, (i64, Arc<Look>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The look where these sessions may come. Of one tenant it has what all of them agree on; of several nothing, but the logos of each may
/// be loaded, since any of them may turn out to be the one.
fn look(found: &[OriginBranding]) -> Result<Look, StoreError> {
    let mut brandings = Vec::with_capacity(found.len());
    for one in found {
        let own = Branding::stored(one.own.as_deref())?;
        brandings.push(Branding::stored(one.of_session.as_deref())?.over(own));
    }
    let mut sources: Vec<String> = brandings
        .iter()
        .filter_map(|branding| picture_source(branding.logo_url.as_deref()?))
        .collect();
    sources.sort_unstable();
    sources.dedup();
    sources.truncate(LOGO_ORIGINS_MAX);
    let one_tenant = found
        .windows(2)
        .all(|pair| pair[0].tenant == pair[1].tenant);
    let seen_whole = found.len() < usize::try_from(BRANDINGS_MAX).unwrap_or(usize::MAX);
    let brand = brandings
        .into_iter()
        .reduce(|one, other| one.common_with(&other))
        .filter(|_| one_tenant && seen_whole)
        .map(|branding| branding.shown())
        .unwrap_or_default();
    Ok(Look {
        brand,
        picture_sources: sources.iter().flat_map(|source| [" ", source]).collect(),
    })
}

/// The origin of a logo; `None` where it could mean anything else to a policy. It was checked when it came in, and this goes into a header.
fn picture_source(logo: &str) -> Option<String> {
    let origin = Url::parse(logo).ok()?.origin().ascii_serialization();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b":/.-_[]".contains(&b);
    (origin.starts_with("https://") && origin.bytes().all(plain) && is_exact_origin(&origin))
        .then_some(origin)
}

/// A text with something in it.
fn said(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}

impl Branding {
    /// The colours as custom properties.
    pub fn properties(&self) -> Vec<(String, String)> {
        self.shown().properties()
    }

    /// This where it says something, and what is below it elsewhere.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            logo_url: self.logo_url.or(below.logo_url),
            primary_color: self.primary_color.or(below.primary_color),
            background_color: self.background_color.or(below.background_color),
            company_name: self.company_name.or(below.company_name),
            subtitle: self.subtitle.or(below.subtitle),
            support_url: self.support_url.or(below.support_url),
            default_redirect_url: self.default_redirect_url.or(below.default_redirect_url),
            hide_pilot_status_branding: self
                .hide_pilot_status_branding
                .or(below.hide_pilot_status_branding),
        }
    }

    /// What both say.
    fn common_with(self, other: &Self) -> Self {
        fn same(one: Option<String>, other: Option<&String>) -> Option<String> {
            one.filter(|one| other == Some(one))
        }
        let hides = |branding: &Self| branding.hide_pilot_status_branding.unwrap_or(false);
        Self {
            // Nobody's inbox shows our name who may have asked for it to be hidden.
            hide_pilot_status_branding: Some(hides(&self) || hides(other)),
            logo_url: same(self.logo_url, other.logo_url.as_ref()),
            primary_color: same(self.primary_color, other.primary_color.as_ref()),
            background_color: same(self.background_color, other.background_color.as_ref()),
            company_name: same(self.company_name, other.company_name.as_ref()),
            subtitle: same(self.subtitle, other.subtitle.as_ref()),
            support_url: same(self.support_url, other.support_url.as_ref()),
            default_redirect_url: same(
                self.default_redirect_url,
                other.default_redirect_url.as_ref(),
            ),
        }
    }

    /// What the browser is told. Colours are read here and written anew: no text of a tenant is ever part of a style.
    fn shown(&self) -> Brand {
        let colour = |text: &Option<String>| text.as_deref().and_then(Rgb::parse);
        let (primary, background) = (colour(&self.primary_color), colour(&self.background_color));
        let [light, dark] = if primary.is_none() && background.is_none() {
            [Vec::new(), Vec::new()]
        } else {
            palette(primary, background).map(|colours| colours.iter().map(Rgb::to_string).collect())
        };
        Brand {
            name: said(self.company_name.as_ref()),
            subtitle: said(self.subtitle.as_ref()),
            logo: self.logo_url.clone(),
            support: self.support_url.clone(),
            footer: !self.hide_pilot_status_branding.unwrap_or(false),
            light,
            dark,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::branding::ROLES;
    use app::ids::TenantId;

    fn found(tenant: &str, own: &str, of_session: Option<&str>) -> OriginBranding {
        OriginBranding {
            tenant: TenantId::parse(tenant).unwrap(),
            own: Some(own.into()),
            of_session: of_session.map(str::to_owned),
        }
    }

    const ACME: &str = r##"{"companyName":"Acme","primaryColor":"#0a7cff","logoUrl":"https://cdn.acme.test/l.png"}"##;

    #[test]
    fn nobody_is_neutral() {
        assert_eq!(look(&[]).unwrap(), Look::default());
        assert!(!Brand::default().footer, "not even our own name");
    }

    #[test]
    fn one_tenant_is_shown_and_a_session_overrides_it() {
        let own = look(&[found("tn_a", ACME, None)]).unwrap();
        assert_eq!(own.brand.name.as_deref(), Some("Acme"));
        assert_eq!(
            own.brand.logo.as_deref(),
            Some("https://cdn.acme.test/l.png")
        );
        assert_eq!(own.picture_sources, " https://cdn.acme.test");
        assert!(own.brand.footer);
        assert_eq!(
            (own.brand.light.len(), own.brand.dark.len()),
            (ROLES.len(), ROLES.len())
        );
        let over = r#"{"companyName":"Shop","hidePilotStatusBranding":true,"subtitle":"  "}"#;
        let overridden = look(&[found("tn_a", ACME, Some(over))]).unwrap();
        assert_eq!(overridden.brand.name.as_deref(), Some("Shop"));
        assert_eq!(overridden.brand.subtitle, None, "blank is nothing");
        assert!(!overridden.brand.footer);
        assert_eq!(
            overridden.brand.light, own.brand.light,
            "the rest is the tenant's"
        );
        let plain = look(&[found("tn_a", "{}", None)]).unwrap();
        let expected = Brand {
            footer: true,
            ..Brand::default()
        };
        assert_eq!(plain.brand, expected);
    }

    #[test]
    fn sessions_that_differ_show_what_they_agree_on() {
        let over = r#"{"companyName":"Shop","logoUrl":"https://shop.test:8443/l.png"}"#;
        let both = look(&[found("tn_a", ACME, None), found("tn_a", ACME, Some(over))]).unwrap();
        assert_eq!((both.brand.name, both.brand.logo), (None, None));
        assert_eq!(both.brand.light.len(), ROLES.len());
        assert_eq!(
            both.picture_sources,
            " https://cdn.acme.test https://shop.test:8443"
        );
        let hidden = r#"{"hidePilotStatusBranding":true}"#;
        for pair in [[None, Some(hidden)], [Some(hidden), None]] {
            let both = look(&pair.map(|over| found("tn_a", ACME, over))).unwrap();
            assert!(!both.brand.footer);
            assert_eq!(both.brand.name.as_deref(), Some("Acme"));
        }
    }

    #[test]
    fn several_tenants_are_neutral_and_may_load_their_logos() {
        let other = r#"{"companyName":"Acme","logoUrl":"https://cdn.globex.test/l.png"}"#;
        let both = look(&[found("tn_a", ACME, None), found("tn_b", other, None)]).unwrap();
        assert_eq!(both.brand, Brand::default());
        assert_eq!(
            both.picture_sources,
            " https://cdn.acme.test https://cdn.globex.test"
        );
    }

    #[test]
    fn too_many_to_be_sure_are_neutral() {
        let max = usize::try_from(BRANDINGS_MAX).unwrap();
        let many: Vec<_> = (0..max)
            .map(|n| {
                let over = format!(r#"{{"logoUrl":"https://l{n}.test/l.png"}}"#);
                found("tn_a", ACME, Some(&over))
            })
            .collect();
        let look = look(&many).unwrap();
        assert_eq!(look.brand, Brand::default());
        assert_eq!(
            look.picture_sources.split(' ').count() - 1,
            LOGO_ORIGINS_MAX
        );
    }

    #[test]
    fn a_policy_names_nothing_but_origins() {
        for bad in [
            "http://a.test/l.png",
            "data:image/png;base64,AAAA",
            "https://*.a.test/l.png",
            "https://a;script-src/l.png",
            "https://a,b/l.png",
            "x",
        ] {
            assert_eq!(picture_source(bad), None, "{bad}");
        }
        assert_eq!(
            picture_source("https://A.test:443/x?y#z").as_deref(),
            Some("https://a.test")
        );
    }
}
