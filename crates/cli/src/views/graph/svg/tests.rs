//! What holds for the picture in the browser.

use super::super::fixture::{example, large, looped, picture, shop};
use super::*;

/// Every tag is closed in order and every text is escaped: enough of XML for what is written here.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    for part in svg.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        assert!(!text.contains('>'), "{part}");
        let name = tag.split([' ', '\n']).next().unwrap();
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty());
}

#[test]
fn pictures_are_well_formed() {
    let empty = picture(&[]);
    for picture in [shop(), looped(), example(), large(150, 5), empty] {
        let svg = svg(&picture);
        assert_well_formed(&svg);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[test]
fn names_are_escaped() {
    assert!(svg(&shop()).contains(">Odd &amp; &lt;name&gt;</text>"));
}

#[test]
fn the_same_picture_gives_the_same_bytes() {
    assert_eq!(svg(&large(150, 5)), svg(&large(150, 5)));
}

#[test]
fn nodes_of_a_row_do_not_touch_and_layers_stand_on_each_other() {
    for picture in [example(), large(150, 5), looped()] {
        let mut ranks = ranks::Ranks::of(&picture);
        order::untangle(&mut ranks);
        let places = place::Places::of(&ranks);
        for row in &ranks.rows {
            for (left, right) in row.iter().zip(row.iter().skip(1)) {
                let apart = places.middle.get(*right) - places.middle.get(*left);
                assert!(apart >= ranks.distance(*left, *right) - 0.01);
            }
            for cell in row {
                let half = ranks.widths.get(*cell) / 2.0;
                assert!(places.middle.get(*cell) - half >= place::GUTTER - 0.01);
                assert!(places.middle.get(*cell) + half <= places.width);
            }
        }
        for (below, above) in places.bands.iter().zip(places.bands.iter().skip(1)) {
            assert!(above.top + above.height < below.top);
        }
    }
}

#[test]
fn every_edge_climbs_row_by_row() {
    let picture = large(150, 5);
    let ranks = ranks::Ranks::of(&picture);
    let row_of = |cell: &usize| {
        ranks
            .rows
            .iter()
            .position(|row| row.contains(cell))
            .unwrap()
    };
    for (edge, route) in picture.edges.iter().zip(&ranks.routes) {
        assert_eq!(route.first(), Some(&edge.ends.read));
        assert_eq!(route.last(), Some(&edge.ends.reader));
        let rows: Vec<usize> = route.iter().map(row_of).collect();
        assert!(
            rows.iter()
                .zip(rows.iter().skip(1))
                .all(|(a, b)| a + 1 == *b)
        );
    }
}
